## Penyiapan.

## Gelombang: kecepatan, penguatan, skala, beku, kalibrasi.

## Tata letak, halaman, dinding, denah tempat tidur, jendela.

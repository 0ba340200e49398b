## Satuan, warna, privasi, peran, menu, bantuan, tentang.

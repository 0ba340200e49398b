## Satuan, warna, privasi, peran, menu, bantuan, tentang.

spoken-kpa = kilopascal
spoken-mbar = milibar
spoken-fahrenheit = derajat Fahrenheit

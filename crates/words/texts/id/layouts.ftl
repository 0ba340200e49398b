## Tata letak, halaman, dinding, denah tempat tidur, jendela.

layout-too-small = ditolak: { $tiles } per halaman: angka setinggi { $height } mm, perlu { $least } mm pada { $distance } m
layout-too-many = ditolak: { $tiles } per halaman: tidak cukup tempat untuk semua angka
action-wall = dinding: angka saja, sangat besar
setting-screen-wall = Mulai dengan dinding
    .help = angka saja, sangat besar, untuk dibaca dari jauh

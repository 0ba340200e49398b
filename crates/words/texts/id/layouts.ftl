## Tata letak, halaman, dinding, denah tempat tidur, jendela.

layout-too-small = ditolak: { $tiles } per halaman: angka setinggi { $height } mm, perlu { $least } mm pada { $distance } m
layout-too-many = ditolak: { $tiles } per halaman: tidak cukup tempat untuk semua angka
action-wall = dinding: angka saja, sangat besar
setting-screen-wall = Mulai dengan dinding
    .help = angka saja, sangat besar, untuk dibaca dari jauh
setting-screen-kiosk = Selalu layar penuh
    .help = tanpa bingkai, tidak ada apa pun di samping; mulai pembukaan berikutnya
closing-title = Tutup jendela ini?
closing-text = Bila jendela terakhir ditutup, stasiun ini berhenti: monitor harus dipantau di sisi pasien, dan tidak ada yang dicatat.
closing-stay = Tetap
closing-close = Tutup jendela
window-no-guard = Jendela ini tidak punya penjaga yang dapat membuka jendela lain: jalankan vigie window
windows-full = Tidak ada jendela lagi: empat sudah terbuka. Tutup satu dulu
action-window = jendela lain, untuk layar lain
action-full-screen = layar penuh dan kembali
map-title = denah tempat tidur
map-edit = Ubah
map-done = Selesai
map-find = cari: tempat tidur, nama, nomor
map-none = tidak ditemukan
map-how = tombol panah atau tetikus memindahkan tempat tidur
action-map = letak tempat tidur
action-find = cari pasien

## Jendela lain dalam pengaturan.

setup-window = Jendela lain { $number }
setup-window-add = Tambah jendela
setup-windows-how = Jendela lain dibuka bersama yang pertama, mulai pembukaan berikutnya. Tombol N membuka satu sekarang.
setting-window-page = Halaman pertama
    .help = tanpa ini halaman setelah jendela sebelumnya
setting-window-screen = Layar
    .help = dihitung dari 0; tanpa ini layar berikutnya
setting-window-wall = Dinding
    .help = tanpa ini seperti jendela pertama
setting-window-full-screen = Layar penuh
    .help = sejak dibuka

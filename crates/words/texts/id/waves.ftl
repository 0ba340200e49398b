## Gelombang: kecepatan, penguatan, skala, beku, kalibrasi.

waves-erase-bar = gelombang: batang penghapus
waves-scroll = gelombang: bergulir
gain-auto = EKG: penguatan sesuai tiap gelombang
ecg-gain = EKG { $gain }
grid-off = tanpa kisi
grid-square = kisi: { $mm } mm sama dengan { $amounts }
setting-screen-speed-mm-s = Kecepatan gelombang
    .help = 6,25, 12,5, 25 atau 50 mm/s; napas lebih lambat
setting-screen-gain-mm-mv = Penguatan EKG
    .help = 1,25, 2,5, 5, 10, 20 atau 40 mm/mV; kosong: sesuai tiap gelombang
setting-screen-sweep = Gerak gelombang
    .help = yang terlama dihapus, atau semua bergerak ke kiri
setting-screen-grid = Kisi
    .help = garis milimeter di bawah gelombang
setting-screen-pixels-per-mm = Piksel per milimeter
    .help = diukur dengan penggaris (tombol F6); kosong: tidak sesuai skala
choice-erase-bar = batang penghapus
choice-scroll = bergulir
action-speed = kecepatan gelombang
action-gain = penguatan EKG
action-motion = batang penghapus atau bergulir
action-grid = kisi milimeter

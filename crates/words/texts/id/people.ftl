# Orang: peran dengan PIN, nama pasien. Hanya huruf Latin-1.

role-view = lihat
role-chart = isi
role-configure = atur
pin-title = Masuk dengan PIN
pin-needed = Perlu PIN
pin-free = Alarm dapat dilihat, dijawab dan dijeda tanpa PIN.
pin-who = Pilih paraf Anda.
pin-type = Ketik PIN Anda.
pin-checked = PIN diperiksa.
pin-wrong = PIN salah: tunggu
pin-again = PIN salah: coba lagi.
pin-back = Hapus
pin-in = Masuk
pin-digits = { $count } angka diketik
refused-needs-role = perlu PIN
action-pin = masuk dengan PIN, keluar
action-privacy = sembunyikan atau tampilkan nama pasien
names-hidden = nama disembunyikan (V)
patient-id = ID
patient-born = lahir
setting-screen-privacy = Mulai tanpa nama
    .help = Nama dan nomor pasien disembunyikan sampai seseorang menekan V.
setting-screen-leave-minutes = Keluar setelah
    .help = Yang masuk dengan PIN keluar lagi setelah waktu ini tanpa tombol atau sentuhan.

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

## Orang dalam pengaturan.

setup-page-people = Orang
people-none = Belum ada yang punya PIN: semua orang boleh melakukan semuanya di jendela.
people-first = Begitu disimpan, pengaturan meminta PIN orang yang boleh mengatur.
people-hashed = Dari PIN, berkas hanya menyimpan sidiknya.
people-add = Tambah orang
people-new-pin = PIN baru
people-initials = Paraf
people-pin = PIN
people-again = Sekali lagi
people-how = PIN terdiri dari 4 sampai 12 angka dan diketik dua kali. Berlaku setelah disimpan.
people-take = Pakai
people-give-up = Batal
people-hashing = PIN sedang diolah
people-nobody-sets-up = Tidak dilakukan: tidak ada lagi yang boleh mengatur. Beri peran itu kepada orang lain dahulu.
people-no-initials = Paraf belum diisi.
people-twice = Orang lain memakai paraf ini.
people-not-same = Kedua PIN tidak sama: ketik keduanya lagi.
role-chart-may = skor, batas, siaga, pasien, alat di tempat tidur
role-configure-may = sama, dan pengaturan

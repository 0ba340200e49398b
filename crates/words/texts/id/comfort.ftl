## Satuan, warna, privasi, peran, menu, bantuan, tentang.

spoken-kpa = kilopascal
spoken-mbar = milibar
spoken-fahrenheit = derajat Fahrenheit

## What a person can do, as it stands in the help and in the menu.

group-alarms = Alarm
group-beds = Tempat tidur
group-waves = Gelombang
group-screen = Layar
group-station = Stasiun dan rekaman
group-program = Bantuan
action-urgent = tempat tidur paling mendesak
action-acknowledge = akui
action-going = saya ke sana
action-reset = atur ulang alarm yang sudah berakhir
action-list = ke daftar alarm
action-log = catatan alarm
action-audio = jeda suara, atau nyalakan
action-initials = paraf
action-choose = pilih tempat tidur
action-first = tempat tidur pertama
action-open = buka tempat tidur
action-back = kembali
action-turn = halaman tempat tidur
action-page = halaman bernomor itu
action-more = lebih banyak tempat tidur per halaman
action-fewer = lebih sedikit tempat tidur per halaman
action-automatic = sebanyak yang terbaca
action-colours = warna siang atau malam
action-language = bahasa
action-copies = cadangan rekaman
action-sound = uji suara
action-setup = pengaturan
action-help = bantuan
key-arrows = panah
key-escape = Esc
key-home = Home
key-page-up = Page Up
key-page-down = Page Down
action-larger = teks lebih besar
action-smaller = teks lebih kecil
action-usual-size = ukuran teks biasa
no-more-room = tidak cukup tempat untuk lebih besar di layar ini
action-menu = menu
action-about = tentang program ini
action-palette = palet lain
action-pressure = satuan tekanan
action-temperature = satuan suhu
action-airway = satuan tekanan jalan napas
menu-title = Menu
menu-day = siang
menu-night = malam
as-sent = seperti dikirim

## About the program.

about-version = Versi
about-commit = Commit
about-record = Rekaman
about-clock = Jam
about-licences = Lisensi
about-documents = Dokumen
about-unknown = tidak diketahui
about-no-record = tidak ada yang direkam
about-licences-text = Program ini: MIT atau Apache 2.0, sesuai pilihan Anda. Hurufnya: Roboto, Apache 2.0. Pustaka penyusunnya memiliki lisensi sendiri, semuanya mengizinkan pemakaian di rumah sakit mana pun; berkas deny.toml pada sumber menyebutkannya.
about-documents-elsewhere = di folder docs pada sumber
clock-synchronised = jam diatur oleh server waktu
clock-not-synchronised = jam tidak disinkronkan

setting-screen-text-scale-percent = Ukuran teks
    .help = teks dan tombol; Ctrl + dan Ctrl - mengubahnya di jendela

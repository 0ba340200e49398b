### Texts of Vigie in Indonesian.
###
### Terms follow the unit's own words; a nurse of the language should read them before use.

## Mode of the station, as written on every tile.

mode-live = LANGSUNG
mode-replay = PUTAR ULANG
mode-simulation = SIMULASI
mode-drill = LATIHAN

## What a device is doing, and where its values come from.

demo = DEMO
test = UJI
service = SERVIS
standby = siaga
normal-operation = pemantauan

## Freshness.

state-live = langsung
state-late = terlambat
state-stale = kedaluwarsa
state-lost = terputus
no-data = tidak ada data
stale-value = nilai kedaluwarsa
connection-lost = koneksi terputus
line-closed = jalur ditutup
nothing-heard = belum ada yang diterima
dashes = ---
input-paused = masukan dijeda
recording-ended = rekaman selesai
station-stopped = STASIUN BERHENTI
waiting-for-station = menunggu stasiun
guard-silent = penjaga tidak merespons
window-silent = jendela tidak merespons
config-refused = vigie.toml belum diterapkan seluruhnya
data-dropped = data dilewatkan

## Why the PC is not isolated.

name-server-set = server nama diatur
ip-forwarding = PC ini meneruskan paket antar jaringan
isolation-unknown = isolasi tidak dapat diperiksa

## The record and its copies.

record-stopped-full = PEREKAMAN BERHENTI: disk penuh
record-stopped-broken = PEREKAMAN BERHENTI: kesalahan disk
record-behind = tidak semua terekam
no-copy-yet = belum ada cadangan rekaman
no-passphrase = rekaman tanpa frasa sandi
record = rekaman
record-running = berjalan
copies-title = Cadangan rekaman
copy-now = cadangkan sekarang
copy-asked = cadangan diminta
copy-running = pencadangan sedang berjalan
copy-failed = pencadangan terakhir gagal
copy-no-place = belum ada tempat cadangan: tulis di vigie.toml, [record] copies = ["/media/stick"]
trend-title = satu jam terakhir
trend-loading = memuat
trend-no-record = tidak ada rekaman
trend-locked = rekaman terkunci: perlu frasa sandi
trend-unreadable = rekaman tidak dapat dibaca
trend-no-values = tidak ada nilai

## Waves.

no-scale = skala tidak diketahui
own-range = rentang sendiri
auto-scale = skala otomatis
not-to-scale = tidak sesuai skala
filter-unknown = filter ?
no-wave = tidak ada gelombang

## Patient.

patient = pasien
no-patient = tidak ada pasien
adult = dewasa
child = anak
newborn = neonatus
category-unknown = kategori ?
paced = pacu jantung

## Alarms.

alarm = alarm
alarm-limit = batas alarm
above-limit = di atas batas
below-limit = di bawah batas
no-alarms = tidak ada alarm dari sisi pasien
alarms-unknown = alarm tidak diketahui
priority-high = prioritas tinggi
priority-medium = prioritas sedang
priority-low = prioritas rendah
priority-information = informasi
physiological-alarm = alarm fisiologis
technical-alarm = alarm teknis
station-alarm = alarm stasiun
silenced-at-bedside = dibisukan di sisi pasien
audio-paused = suara dijeda
alarm-off = alarm dimatikan
latched = terkunci (latching)
not-confirmed = belum dikonfirmasi

## Attention list, answers, sound, colours, standby.

attention = perhatian
unanswered = belum dijawab
answered-here = dijawab di sini
alarm-ended = berakhir
new-row = baru
most-urgent = tempat tidur paling mendesak
acknowledge = akui
i-am-going = saya ke sana
reset-alarm = atur ulang
pause-audio = jeda suara
turn-audio-off = matikan suara
turn-audio-on = nyalakan suara
audio-off = suara dimatikan
silent-by-policy = tidak ada alarm yang terdengar: konfigurasi unit meminta senyap
initials = paraf
initials-first = paraf Anda dulu, lalu Enter
choose-first = buka tempat tidur atau pilih alarm dulu
colours = warna
colours-normal = warna biasa
colours-night = warna malam
colours-blind = warna untuk buta warna
standby-empty = kosong
standby-away = pergi
standby-theatre = di kamar operasi
standby-begin = siaga
standby-end = akhiri siaga
all-beds = semua tempat tidur

## Scores, limits of the station's own, the last hour.

scores = skor
score-is-no-alarm = skor bukan alarm
score-points = poin
score-missing = belum ada
score-old = lama
score-trend = jumlah 24 jam terakhir
score-none = tidak ada skor: kategori tidak diketahui, atau unit tidak memakainya
band-incomplete = belum lengkap
band-zero = tanpa poin
band-low = rendah
band-low-medium = rendah ke sedang
band-medium = sedang
band-high = tinggi
oxygen = oksigen
on-air = udara
on-oxygen = dengan oksigen
consciousness = kesadaran
acvpu-alert = sadar penuh
acvpu-confusion = bingung baru
acvpu-voice = suara
acvpu-pain = nyeri
acvpu-unresponsive = tidak ada respons
spo2-scale = skala SpO2
spo2-scale-one = skala 1
spo2-scale-two = skala 2, diresepkan
not-entered = belum diisi
refill = pengisian kapiler
effort = usaha napas
oxygen-flow-low = di bawah 4 L/min dan 50 %
oxygen-flow-high = mulai 4 L/min atau 50 %
refill-under = di bawah 3 s
refill-from = 3 s atau lebih
effort-normal = normal
effort-mild = meningkat ringan
effort-moderate = meningkat sedang
effort-severe = berat, atau apnea
own-limits = batas stasiun
own-limits-not-sent = milik stasiun, tidak pernah dikirim ke monitor
own-limits-off = mati: tidak ada dalam aturan unit, atau kategori tidak diketahui
own-limits-of-category = sesuai kategori
limit-lowest = bawah
limit-highest = atas
limit-bad = ada angka yang tidak terbaca, atau bawah tidak di bawah atas
limit-add = tambah
limit-none = semua yang diukur di sini punya batas
limits-further = batas lain
set-limits = tetapkan batas ini
limits-as-category = seperti kategori
tighten-now = rapatkan ke nilai kini
tighten-confirm = pastikan usulan
tighten-would = usulan
hour-title = perubahan dalam 60 mnt
hour-too-little = data belum cukup
hour-steady = tidak berubah

## The alarm log.

alarm-log = catatan alarm
log-search = cari
log-alarms = alarm dan jawaban
log-actions = orang
log-all = semua
log-high = tinggi
log-medium = sedang
log-low = rendah
log-technical = teknis
log-station = stasiun
log-earlier = sebelumnya
log-later = sesudahnya
log-now = sampai kini
log-copy = salin CSV
log-copied = tersalin: tempel di tempat yang perlu
log-files = sebagai berkas: vigie export
log-nothing = tidak ada dalam waktu ini
log-too-much = terlalu banyak: pilih waktu lebih pendek
log-partly = sebagian rekaman tidak terbaca

## What was not done, and why.

command-assign = tempatkan perangkat
command-beside = tempatkan perangkat di samping yang lain
command-take-off = lepaskan perangkat dari tempat tidur
command-prefer = pilih perangkat untuk suatu nilai
command-admit = mulai rawat
command-discharge = akhiri rawat
command-same-patient = pasien yang sama
refused-no-such-bed = tempat tidur itu tidak ada
refused-bed-taken = perangkat lain ada di sana: lepaskan dulu, atau tempatkan di sampingnya
refused-nobody-there = tidak ada orang di tempat tidur ini
refused-nothing-unclear = tidak ada pertanyaan tentang pasien
refused-not-allowed = tidak diizinkan kebijakan unit
refused-no-initials = inisial belum ada
refused-bad-limit = batas yang tidak mungkin
refused-other-patient = perangkat menyebut pasien lain daripada yang berbaring di sana
refused-full = stasiun atau tempat tidur ini tidak menerima perangkat lagi
refused-busy = stasiun tidak menerima apa pun: coba lagi
no-answer-yet = stasiun belum menjawab: periksa apakah sudah dilakukan

## Several devices at one bed.

put-on-bed = tempatkan di tempat tidur
put-there = tempatkan di sini
put-beside = tempatkan di samping
take-off = lepaskan
first-from = diukur beberapa kali: mana yang utama
whichever-best = menurut aturan
nothing-twice = tidak ada nilai dari dua perangkat
labels-there = nama menurut pembuatnya

## The test of the sound.

sound-test = uji suara
sound-test-listen = putar suara dan dengarkan di tempat alarm harus terdengar
sound-test-playing = diputar
sound-test-played = sudah diputar: terdengar?
sound-test-failed = tidak diputar
sound-test-heard = terdengar
sound-test-unheard = tidak terdengar
sound-test-noted = tersimpan dalam catatan
sound-test-remedy = periksa pengeras suara, kabel dan volume: sampai saat itu alarm stasiun ini tidak terdengar

## Why there is no number, or how far to believe it.

validity-valid = valid
validity-validated = tervalidasi
validity-measuring = sedang mengukur
validity-questionable = meragukan
validity-calibrating = kalibrasi
validity-invalid = tidak valid
validity-overflow = di atas rentang
validity-underflow = di bawah rentang
validity-not-available = tidak ada nilai
sensor-off = sensor lepas
leads-off = elektroda lepas
weak-signal = sinyal lemah

## Places and things.

bed = tempat tidur
room = kamar
ward = bangsal
unit = unit
device = alat
unassigned-devices = alat tanpa tempat tidur
no-device = tidak ada alat
numbers = nilai
devices = perangkat
numbers-only = hanya nilai
ventilator-short = Vent
preferred-source = diutamakan
waveforms = gelombang
alarms = alarm
limits = batas
unused-data = data tidak terpakai

## What this program is and is not.

secondary-display = Layar sekunder. Jangan diandalkan untuk menerima sinyal alarm.
watch-the-bedside = layar sekunder: pantau monitor di sisi pasien
not-certified = bukan alat kesehatan bersertifikat
disclaimer = Perangkat lunak sumber terbuka, bukan alat kesehatan bersertifikat, tanpa tanda CE, tanpa izin FDA. Layar dan perekam tambahan. Monitor di sisi pasien dan petugas di sisi pasien tetap menjadi alarm utama. Jangan digunakan sebagai satu-satunya cara memantau pasien. Pastikan di sisi pasien sebelum tindakan apa pun.

## Keyboard.

help-title = Papan tik
language = bahasa
back = kembali
close = tutup

## Terminal.

no-display = tidak ada layar grafis: dilanjutkan di terminal
headless-hint = Ctrl+C untuk keluar
column-bed = Tempat tidur
column-parameter = Parameter
column-value = Nilai
column-unit = Satuan
column-age = Umur
column-state = Status
column-alarm = Alarm
column-priority = Prioritas
column-time = Waktu
column-device = Alat
column-wave = Gelombang
column-rate = Laju

## Guard: lines in the terminal that people at the nurse station may read.

both-silent = ALARM: STASIUN DAN JENDELA TIDAK MERESPONS. Awasi monitor di sisi tempat tidur.
station-starts-again = stasiun tidak merespons: dijalankan kembali
window-starts-again = jendela tidak merespons: dijalankan kembali
station-ended = stasiun berhenti: dijalankan kembali
window-ended = jendela berhenti: dijalankan kembali
window-given-up = satu jendela lagi tidak dapat dibuka: tidak dicoba lagi; apakah layarnya terhubung? Minta lagi dengan N
attached = sebuah stasiun sudah bekerja pada folder ini: ini satu jendela tambahan
window-cannot-open = jendela tidak dapat dibuka: dilanjutkan di terminal

## With places to fill. Times, numbers and labels arrive as written.

not-confirmed-since = belum dikonfirmasi sejak { $time }
last-value = terakhir { $value } pukul { $time }
no-data-since = tidak ada data sejak { $time }
station-stopped-since = STASIUN BERHENTI sejak { $time }
since = sejak { $time }
noted = { $what }: { $detail }
command-refused = ditolak: { $what }
command-unanswered = belum pasti: { $what }
numbers-only-every = hanya nilai, tiap { $period }
numbers-every = nilai tiap { $period }
every-period = tiap { $period }
relabelled = dulu disebut { $label }
on-device = di perangkat: { $label }
from-device = dari { $device }
also-from = juga dari { $device }
beside = di samping { $devices }
put-device = { $device } di { $bed }
not-isolated = PC INI TIDAK TERISOLASI: { $reason }
default-route = rute bawaan lewat { $interface }
other-interface = jaringan kedua di { $interface }
more = +{ $count } lagi
alarm-count = { $count ->
        [0] tidak ada alarm
       *[other] { $count } alarm
    }
limits-from-to = { $low } sampai { $high }
limit-low = di bawah { $low }
limit-high = di atas { $high }
speed = kecepatan { $factor } kali
sampling-rate = { $hertz } Hz
counted = { $what }: { $count }
disk-filling = disk hampir penuh: { $left }
days-left = { $count ->
        [0] sisa kurang dari sehari
       *[other] sisa { $count } hari
    }
copied-at = dicadangkan { $time }
copy-old = cadangan terakhir yang baik: { $age } lalu
copy-at = mencadangkan { $percent } %
copy-at-left = mencadangkan { $percent } %, sisa { $left }
copy-to = cadangkan sekarang ke { $place }
last-copy = cadangan terakhir yang baik: { $time }
trend-spoken = { $label }, satu jam terakhir: { $range }

## Attention list, with places to fill.

acknowledged-by = diakui oleh { $by }
is-going = { $by } ke sana
restored-at = dipulihkan pukul { $time }
new-count = { $count } baru
no-alarms-at = tidak ada alarm, per { $time }
beds-not-known = alarm { $count } tempat tidur tidak diketahui
unanswered-for = belum dijawab selama { $age }
audio-paused-for = suara dijeda { $left }
audio-off-since = suara dimatikan sejak { $time }
times = { $count } kali
bed-count = { $count } tempat tidur
page-of = halaman { $page } dari { $pages }
too-small = { $beds } pada satu halaman: angka setinggi { $height } mm, perlu { $least } mm pada { $distance } m
too-many = { $beds } pada satu halaman: tidak cukup tempat untuk semua angka
path-mark = { $label } terputus
standby-since = { $why }, sejak { $time }

## Scores and limits, with places to fill.

score-incomplete = belum lengkap { $known }/{ $parts }, paling sedikit { $least }
entered-by = { $by }, { $time }, { $age } lalu
limits-set-by = ditetapkan oleh { $by }, { $time }
limits-of-device = batas di sisi pasien { $limits }
limits-of-station = batas stasiun { $limits }
hour-change = { $label } { $from } -> { $to }

## Lines of the log, with places to fill.

log-ended = { $alarm }: berakhir
log-put-on-bed = alat dipasang di tempat tidur oleh { $by }
log-taken-off = alat dilepas dari tempat tidur oleh { $by }
log-named = alat menyebutkan namanya
log-stay-began = perawatan dimulai, oleh { $by }
log-stay-ended = perawatan berakhir, oleh { $by }
log-lapse-reminder = { $alarm }: jawaban gugur, pengingat
log-lapse-raised = { $alarm }: jawaban gugur, prioritas naik
log-lapse-returned = { $alarm }: jawaban gugur, alarm kembali
log-reset = { $alarm }: diatur ulang oleh { $by }
log-escalated = { $alarm }: belum dijawab, tingkat { $step }
log-audio-paused = suara dijeda sampai { $time } oleh { $by }
log-audio-off = suara dimatikan oleh { $by }
log-audio-on = suara dinyalakan oleh { $by }
log-audio-back = suara menyala: jeda berakhir
log-standby = siaga ({ $why }) oleh { $by }
log-standby-ended = siaga diakhiri oleh { $by }
log-standby-back = siaga berakhir: nilai kembali
log-limits = batas stasiun oleh { $by }: { $limits }
log-limits-category = batas stasiun seperti kategori, oleh { $by }
log-entered = { $what }, diisi oleh { $by }

## How old.

age-seconds = { $seconds } dtk
age-minutes = { $minutes } mnt
age-hours = { $hours } jam { $minutes } mnt
age-days = { $days } hari { $hours } jam

## Alarms of the station itself.

alarm-stream-stale = { $label }: nilai kedaluwarsa
alarm-stream-lost = { $label }: tidak ada data
alarm-device-stale = monitor terlambat: tidak ada yang diterima
alarm-device-lost = koneksi terputus: tidak ada yang diterima dari monitor
alarm-line-closed = koneksi terputus: jalur ditutup
alarm-alarms-not-confirmed = alarm dari monitor tidak terkonfirmasi
alarm-duplicate-device = dua alat mengaku sebagai alat yang sama
alarm-patient-unclear = pasien mungkin berganti: pastikan
alarm-record-stopped = perekaman berhenti
alarm-record-behind = tidak semua terekam
alarm-disk-filling = disk rekaman mulai penuh
alarm-copy-old = tidak ada cadangan rekaman yang baru
alarm-above-limit = { $label }: di atas batas stasiun
alarm-below-limit = { $label }: di bawah batas stasiun
alarm-implausible = { $label }: nilai tidak masuk akal
alarm-path-lost = { $label }: semua di belakangnya diam
alarm-clock-jumped = jam PC ini melompat
alarm-no-sound = alarm tidak terdengar: tidak ada perangkat suara
alarm-window-stalled = sebuah jendela macet

## Data that could not be used.

fault-framing = bita di luar bingkai
fault-checksum = checksum salah
fault-malformed = pesan rusak
fault-unknown = data tidak dikenal
fault-unexpected = pesan tak terduga
fault-capped = melebihi batas stasiun

## For screen readers.

spoken-late = { $reading }, terlambat { $age }
spoken-stale = { $reading }, kedaluwarsa { $age }
spoken-lost = { $label } tidak ada data, terputus { $age }
spoken-measured = { $reading }, diukur { $age } yang lalu
spoken-questionable = { $reading }, meragukan
spoken-absent = { $label } tidak ada nilai: { $reason }
spoken-absent-plain = { $label } tidak ada nilai
spoken-alarm-high = alarm prioritas tinggi: { $text }
spoken-alarm-medium = alarm prioritas sedang: { $text }
spoken-alarm-low = alarm prioritas rendah: { $text }
spoken-alarm-information = informasi: { $text }
spoken-inactivated = { $alarm }, { $state }
spoken-percent = persen
spoken-per-minute = per menit
spoken-mmhg = milimeter air raksa
spoken-celsius = derajat Celsius
spoken-cmh2o = sentimeter air

## Members of a group of numbers.

member-systolic = { $group } sis
member-diastolic = { $group } dia
member-mean = { $group } rerata
name-systolic = { $group }, sistolik
name-diastolic = { $group }, diastolik
name-mean = { $group }, rerata
st-lead = ST { $lead }
ecg-lead = EKG { $lead }

## Lembar pemulihan, di kertas: baris paling panjang 76 huruf.

sheet-title = LEMBAR PEMULIHAN: membuka seluruh rekaman unit ini
sheet-key = Kunci rahasia
sheet-signer = Kunci penanda tangan salinan
sheet-use-safe = Pemegang lembar ini dapat membaca semua pasien. Simpan di brankas.
sheet-use-type = Ketik K1, K2 dan K3, dengan kata di akhir baris, ke dalam sheet.txt.
sheet-use-open = Jalankan: vigie key passphrase --key-file sheet.txt  Lalu hapus sheet.txt.
sheet-use-letters = K1 sampai K3 tanpa B, I, O dan angka 1. Baris yang salah ketik disebut.

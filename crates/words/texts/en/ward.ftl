### Texts of Vigie in English.
###
### Terms follow the unit's own words; a nurse of the language should read them before use.

## Mode of the station, as written on every tile.

mode-live = LIVE
mode-replay = REPLAY
mode-simulation = SIMULATION
mode-drill = DRILL

## What a device is doing, and where its values come from.

demo = DEMO
test = TEST
service = SERVICE
standby = standby
normal-operation = monitoring

## Freshness.

state-live = live
state-late = late
state-stale = stale
state-lost = lost
no-data = no data
stale-value = stale value
connection-lost = connection lost
line-closed = line closed
nothing-heard = nothing heard yet
dashes = ---
input-paused = input paused
recording-ended = recording ended
station-stopped = STATION STOPPED
waiting-for-station = waiting for the station
guard-silent = guard silent
window-silent = window silent
config-refused = vigie.toml not fully applied
data-dropped = data left out

## Why the PC is not isolated.

name-server-set = name server set
ip-forwarding = this PC passes packets on between networks
isolation-unknown = isolation cannot be checked

## The record and its copies.

record-stopped-full = RECORDING STOPPED: disk full
record-stopped-broken = RECORDING STOPPED: disk error
record-behind = not everything was recorded
no-copy-yet = no copy of the record yet
no-passphrase = record without a passphrase
record = record
record-running = recording
copies-title = Copies of the record
copy-now = copy now
copy-asked = copy asked for
copy-running = a copy is under way
copy-failed = the last copy failed
copy-no-place = no place for copies is set: name one in vigie.toml, [record] copies = ["/media/stick"]
trend-title = last hour
trend-loading = loading
trend-no-record = no record
trend-locked = record locked: a passphrase is needed
trend-unreadable = record cannot be read
trend-no-values = no values

## Waves.

no-scale = no scale known
own-range = own range
auto-scale = auto scale
not-to-scale = not to scale
filter-unknown = filter ?
no-wave = no waveform

## Patient.

patient = patient
no-patient = no patient
adult = adult
child = child
newborn = newborn
category-unknown = category ?
paced = paced

## Alarms.

alarm = alarm
alarm-limit = alarm limit
above-limit = above limit
below-limit = below limit
no-alarms = no alarm from the bedside
alarms-unknown = alarms not known
priority-high = high priority
priority-medium = medium priority
priority-low = low priority
priority-information = information
physiological-alarm = physiological alarm
technical-alarm = technical alarm
station-alarm = station alarm
silenced-at-bedside = silenced at bedside
audio-paused = audio paused
alarm-off = alarm off
latched = latched
not-confirmed = not confirmed

## Attention list, answers, sound, colours, standby.

attention = attention
unanswered = unanswered
answered-here = answered here
alarm-ended = ended
new-row = new
most-urgent = most urgent bed
acknowledge = acknowledge
i-am-going = I am going
reset-alarm = reset
pause-audio = pause audio
turn-audio-off = audio off
silent-by-policy = no alarm is heard: the unit's configuration wants silence
turn-audio-on = audio on
audio-off = audio off
initials = initials
initials-first = your initials first, then Enter
choose-first = open a bed or choose an alarm first
colours = colours
colours-normal = normal colours
colours-night = night colours
colours-blind = colours for colour-blind eyes
standby-empty = empty
standby-away = away
standby-theatre = in theatre
standby-begin = standby
standby-end = end standby
all-beds = all beds

## Scores, limits of the station's own, the last hour.

scores = scores
score-is-no-alarm = a score is not an alarm
score-points = points
score-missing = missing
score-old = old
score-trend = totals of the last 24 hours
score-none = no score: the category is not known, or the unit has none for it
band-incomplete = incomplete
band-zero = no points
band-low = low
band-low-medium = low to medium
band-medium = medium
band-high = high
oxygen = oxygen
on-air = air
on-oxygen = oxygen given
consciousness = consciousness
acvpu-alert = alert
acvpu-confusion = new confusion
acvpu-voice = voice
acvpu-pain = pain
acvpu-unresponsive = unresponsive
spo2-scale = SpO2 scale
spo2-scale-one = scale 1
spo2-scale-two = scale 2, prescribed
not-entered = not entered
refill = capillary refill
effort = work of breathing
oxygen-flow-low = under 4 L/min and 50 %
oxygen-flow-high = from 4 L/min or 50 %
refill-under = under 3 s
refill-from = 3 s or more
effort-normal = normal
effort-mild = mildly increased
effort-moderate = moderately increased
effort-severe = severely, or apnoea
own-limits = limits of the station
own-limits-not-sent = the station's own, never sent to the monitor
own-limits-off = off: not in the unit's policy, or the category is not known
own-limits-of-category = those of the category
limit-lowest = low
limit-highest = high
limit-bad = a number in a field cannot be read, or low is not below high
limit-add = add
limit-none = everything measured here has limits
limits-further = further limits
set-limits = set these limits
limits-as-category = as the category has them
tighten-now = tighten around now
tighten-confirm = confirm the proposal
tighten-would = proposal
hour-title = changes in 60 min
hour-too-little = too little is known
hour-steady = no change

## The alarm log.

alarm-log = alarm log
log-search = search
log-alarms = alarms and answers
log-actions = people
log-all = everything
log-high = high
log-medium = medium
log-low = low
log-technical = technical
log-station = station
log-earlier = earlier
log-later = later
log-now = until now
log-copy = copy as CSV
log-copied = copied: paste it where it is needed
log-files = as a file: vigie export
log-nothing = nothing found in this time
log-too-much = more than fits: choose a shorter time
log-partly = part of the record cannot be read

## What was not done, and why.

command-assign = put the device on a bed
command-beside = put the device beside the other one
command-take-off = take the device off its bed
command-prefer = choose the device of a measurement
command-admit = begin a stay
command-discharge = end the stay
command-same-patient = same patient
refused-no-such-bed = no such bed is configured
refused-bed-taken = another device stands there: take it off first, or put this one beside it
refused-nobody-there = nobody is on this bed
refused-nothing-unclear = no question about the patient is open
refused-not-allowed = the unit's policy does not allow it
refused-no-initials = initials are missing
refused-bad-limit = a limit that cannot be
refused-other-patient = it names another patient than the one who lies there
refused-full = the station, or this bed, holds no more devices
refused-busy = the station took nothing: try again
no-answer-yet = no answer from the station: look whether it was done

## Several devices at one bed.

put-on-bed = put on a bed
put-there = put it there
put-beside = put it beside
take-off = take off
first-from = measured by several: which comes first
whichever-best = by rule
nothing-twice = no measurement comes from two devices
labels-there = what the makers call it

## The test of the sound.

sound-test = sound test
sound-test-listen = play a sound and listen where alarms must be heard
sound-test-playing = playing
sound-test-played = played: was it heard?
sound-test-failed = not played
sound-test-heard = heard
sound-test-unheard = not heard
sound-test-noted = it stands in the log
sound-test-remedy = check loudspeaker, cable and volume: until then nobody hears alarms of this station

## Why there is no number, or how far to believe it.

validity-valid = valid
validity-validated = validated
validity-measuring = measuring
validity-questionable = questionable
validity-calibrating = calibrating
validity-invalid = invalid
validity-overflow = over range
validity-underflow = under range
validity-not-available = no value
sensor-off = sensor off
leads-off = leads off
weak-signal = weak signal

## Places and things.

bed = bed
room = room
ward = ward
unit = unit
device = device
unassigned-devices = unassigned devices
no-device = no device
numbers = numbers
devices = devices
numbers-only = numbers only
ventilator-short = Vent
preferred-source = preferred
waveforms = waveforms
alarms = alarms
limits = limits
unused-data = data not used

## What this program is and is not.

secondary-display = Secondary display. Do not rely on it for receipt of alarm signals.
watch-the-bedside = secondary display: watch the bedside monitor
not-certified = not a certified medical device
disclaimer = Open-source software, not a certified medical device, no CE mark, no FDA clearance. Auxiliary display and recorder. The bedside monitor and staff at the bedside remain the primary alarm. Do not use it as the only means of watching a patient. Confirm at the bedside before any treatment.

## Keyboard.

help-title = Keyboard
language = language
back = back
close = close

## Terminal.

no-display = no display found: going on in the terminal
headless-hint = Ctrl+C ends
column-bed = Bed
column-parameter = Parameter
column-value = Value
column-unit = Unit
column-age = Age
column-state = State
column-alarm = Alarm
column-priority = Priority
column-time = Time
column-device = Device
column-wave = Waveform
column-rate = Rate

## Guard: lines in the terminal that people at the nurse station may read.

both-silent = ALARM: STATION AND WINDOW ARE SILENT. Watch the bedside monitors.
station-starts-again = the station is silent: it is started again
window-starts-again = the window is silent: it is started again
station-ended = the station ended: it is started again
window-ended = the window ended: it is started again
window-given-up = one more window cannot be opened: it is not tried again; is its screen connected? Ask for it again with N
attached = a station is already at work on this folder: this is one more window on it
window-cannot-open = the window cannot be opened: going on in the terminal

## With places to fill. Times, numbers and labels arrive as written.

not-confirmed-since = not confirmed since { $time }
last-value = last { $value } at { $time }
no-data-since = no data since { $time }
station-stopped-since = STATION STOPPED since { $time }
since = since { $time }
noted = { $what }: { $detail }
command-refused = refused: { $what }
command-unanswered = not known: { $what }
numbers-only-every = numbers only, every { $period }
numbers-every = numbers every { $period }
every-period = every { $period }
relabelled = called { $label } before
on-device = on the device: { $label }
from-device = from { $device }
also-from = also from { $device }
beside = beside { $devices }
put-device = { $device } on { $bed }
not-isolated = THIS PC IS NOT ISOLATED: { $reason }
default-route = default route through { $interface }
other-interface = second network on { $interface }
more = +{ $count } more
alarm-count = { $count ->
        [0] no alarm
        [one] { $count } alarm
       *[other] { $count } alarms
    }
limits-from-to = { $low } to { $high }
limit-low = below { $low }
limit-high = above { $high }
speed = { $factor } times speed
sampling-rate = { $hertz } Hz
counted = { $what }: { $count }
disk-filling = disk almost full: { $left }
days-left = { $count ->
        [0] less than a day left
        [one] { $count } day left
       *[other] { $count } days left
    }
copied-at = copied { $time }
copy-old = last good copy { $age } old
copy-at = copying { $percent } %
copy-at-left = copying { $percent } %, { $left } left
copy-to = copy now to { $place }
last-copy = last good copy: { $time }
trend-spoken = { $label }, last hour: { $range }

## Attention list, with places to fill.

acknowledged-by = acknowledged by { $by }
is-going = { $by } is going
restored-at = restored at { $time }
new-count = { $count } new
no-alarms-at = no alarms, as of { $time }
beds-not-known = { $count ->
        [one] alarms of { $count } bed not known
       *[other] alarms of { $count } beds not known
    }
unanswered-for = unanswered for { $age }
audio-paused-for = audio paused { $left }
audio-off-since = audio off since { $time }
times = { $count } times
bed-count = { $count ->
        [one] { $count } bed
       *[other] { $count } beds
    }
page-of = page { $page } of { $pages }
too-small = { $beds } on one page: digits { $height } mm high, { $least } mm are needed at { $distance } m
too-many = { $beds } on one page: not all numbers have room
path-mark = { $label } lost
standby-since = { $why }, since { $time }

## Scores and limits, with places to fill.

score-incomplete = incomplete { $known }/{ $parts }, at least { $least }
entered-by = { $by }, { $time }, { $age } ago
limits-set-by = set by { $by }, { $time }
limits-of-device = bedside limits { $limits }
limits-of-station = limits of the station { $limits }
hour-change = { $label } { $from } -> { $to }

## Lines of the log, with places to fill.

log-ended = { $alarm }: ended
log-put-on-bed = device put on the bed by { $by }
log-taken-off = device taken off its bed by { $by }
log-named = the device told its name
log-stay-began = stay began, by { $by }
log-stay-ended = stay ended, by { $by }
log-lapse-reminder = { $alarm }: answer lapsed, reminder
log-lapse-raised = { $alarm }: answer lapsed, higher priority
log-lapse-returned = { $alarm }: answer lapsed, it came back
log-reset = { $alarm }: reset by { $by }
log-escalated = { $alarm }: unanswered, step { $step }
log-audio-paused = audio paused until { $time } by { $by }
log-audio-off = audio off by { $by }
log-audio-on = audio on by { $by }
log-audio-back = audio on: the pause is over
log-standby = standby ({ $why }) by { $by }
log-standby-ended = standby ended by { $by }
log-standby-back = standby ended: values are back
log-limits = limits of the station by { $by }: { $limits }
log-limits-category = limits of the station as the category has them, by { $by }
log-entered = { $what }, entered by { $by }

## How old.

age-seconds = { $seconds } s
age-minutes = { $minutes } min
age-hours = { $hours } h { $minutes } min
age-days = { $days } d { $hours } h

## Alarms of the station itself.

alarm-stream-stale = { $label }: stale value
alarm-stream-lost = { $label }: no data
alarm-device-stale = monitor is late: nothing heard
alarm-device-lost = connection lost: nothing heard from the monitor
alarm-line-closed = connection lost: line closed
alarm-alarms-not-confirmed = alarms from the monitor not confirmed
alarm-duplicate-device = two devices claim to be the same
alarm-patient-unclear = patient may have changed: confirm
alarm-record-stopped = recording stopped
alarm-record-behind = not everything was recorded
alarm-disk-filling = the disk of the record is filling
alarm-copy-old = no recent copy of the record
alarm-above-limit = { $label }: above the station's limit
alarm-below-limit = { $label }: below the station's limit
alarm-implausible = { $label }: implausible value
alarm-path-lost = { $label }: everything behind it is silent
alarm-clock-jumped = the clock of this PC jumped
alarm-no-sound = alarms cannot be heard: no sound device
alarm-window-stalled = a window stands still

## Data that could not be used.

fault-framing = bytes outside a frame
fault-checksum = wrong checksum
fault-malformed = damaged message
fault-unknown = unknown data
fault-unexpected = unexpected message
fault-capped = more than the station takes

## For screen readers.

spoken-late = { $reading }, late { $age }
spoken-stale = { $reading }, stale { $age }
spoken-lost = { $label } no data, lost { $age }
spoken-measured = { $reading }, measured { $age } ago
spoken-questionable = { $reading }, questionable
spoken-absent = { $label } no value: { $reason }
spoken-absent-plain = { $label } no value
spoken-alarm-high = high priority alarm: { $text }
spoken-alarm-medium = medium priority alarm: { $text }
spoken-alarm-low = low priority alarm: { $text }
spoken-alarm-information = information: { $text }
spoken-inactivated = { $alarm }, { $state }
spoken-percent = percent
spoken-per-minute = per minute
spoken-mmhg = millimetres of mercury
spoken-celsius = degrees Celsius
spoken-cmh2o = centimetres of water

## Members of a group of numbers.

member-systolic = { $group } sys
member-diastolic = { $group } dia
member-mean = { $group } mean
name-systolic = { $group }, systolic
name-diastolic = { $group }, diastolic
name-mean = { $group }, mean
st-lead = ST { $lead }
ecg-lead = ECG { $lead }

## The recovery sheet, on paper: lines of at most 76 characters.

sheet-title = RECOVERY SHEET: opens the whole record of this unit
sheet-key = Secret key
sheet-signer = Key that signs copies
sheet-use-safe = Whoever has this sheet can read every patient. Keep it in a safe.
sheet-use-type = Type K1, K2 and K3, with the word at the end of each, into sheet.txt.
sheet-use-open = Run: vigie key passphrase --key-file sheet.txt  Then delete sheet.txt.
sheet-use-letters = No B, I, O and no digit 1 in K1 to K3. A mistyped line is named.

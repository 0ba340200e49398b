# People: roles by PIN, names of patients. Latin-1 letters only.

role-view = look
role-chart = chart
role-configure = set up
pin-title = Come in by PIN
pin-needed = This takes a PIN
pin-free = Alarms are seen, answered and paused without a PIN.
pin-who = Choose your initials.
pin-type = Type your PIN.
pin-checked = The PIN is checked.
pin-wrong = Wrong PIN: wait
pin-again = Wrong PIN: try again.
pin-back = Back
pin-in = Come in
pin-digits = { $count } digits typed
refused-needs-role = it takes a PIN
action-pin = come in by PIN, go out
action-privacy = hide or show names of patients
names-hidden = name hidden (V)
patient-id = ID
patient-born = born
setting-screen-privacy = Begin without names
    .help = Names and identifiers of patients are hidden until somebody presses V.
setting-screen-leave-minutes = Out again after
    .help = Whoever came in by PIN is out again after so long without a key or a touch.

## People in set-up.

setup-page-people = People
people-none = Nobody has a PIN: everybody may do everything at a window.
people-first = As soon as this is saved, set-up takes the PIN of somebody who may set up.
people-hashed = Of a PIN the file keeps a hash alone.
people-add = Add a person
people-new-pin = New PIN
people-initials = Initials
people-pin = PIN
people-again = The same again
people-how = A PIN has 4 to 12 digits and is typed twice. It holds when it is saved.
people-take = Take over
people-give-up = Give up
people-hashing = The PIN is being hashed
people-nobody-sets-up = Not done: nobody could set up any more. Give that role to somebody else first.
people-no-initials = Initials are missing.
people-twice = Somebody else has these initials.
people-not-same = The two PINs were not the same: type both again.
role-chart-may = scores, limits, standby, patients, devices at beds
role-configure-may = the same, and set-up

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

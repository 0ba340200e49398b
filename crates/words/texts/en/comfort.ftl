## Units, colours, privacy, roles, menu, help, about.

spoken-kpa = kilopascals
spoken-mbar = millibars
spoken-fahrenheit = degrees Fahrenheit

## What a person can do, as it stands in the help and in the menu.

group-alarms = Alarms
group-beds = Beds
group-waves = Waves
group-screen = Screen
group-station = Station and record
group-program = Help
action-urgent = most urgent bed
action-acknowledge = acknowledge
action-going = I am going
action-reset = reset alarms that are over
action-list = to the list of alarms
action-log = alarm log
action-audio = pause audio, or audio on
action-initials = initials
action-choose = choose a bed
action-first = first bed
action-open = open the bed
action-back = back
action-turn = pages of beds
action-page = page of that number
action-more = more beds on a page
action-fewer = fewer beds on a page
action-automatic = as many beds as can be read
action-colours = colours of day or night
action-language = language
action-copies = copies of the record
action-sound = sound test
action-setup = set-up
action-help = help
key-arrows = arrows
key-escape = Esc
key-home = Home
key-page-up = Page Up
key-page-down = Page Down
action-larger = larger text
action-smaller = smaller text
action-usual-size = usual size of text
no-more-room = larger has no room on this screen
action-menu = menu
action-about = about this program
action-palette = other palette
action-pressure = unit of pressures
action-temperature = unit of temperatures
action-airway = unit of airway pressures
menu-title = Menu
menu-day = day
menu-night = night
as-sent = as sent

## About the program.

about-version = Version
about-commit = Commit
about-record = Record
about-clock = Clock
about-licences = Licences
about-documents = Documents
about-unknown = not known
about-no-record = nothing is recorded
about-licences-text = This program: MIT or Apache 2.0, as you choose. Its letters: Roboto, Apache 2.0. The libraries that it is built from have licences of their own, all of which allow use in any hospital; the file deny.toml of the source names them.
about-documents-elsewhere = in the folder docs of the source
clock-synchronised = clock set by a time server
clock-not-synchronised = clock not synchronised

setting-screen-text-scale-percent = Size of text
    .help = text and buttons; Ctrl + and Ctrl - change it in a window

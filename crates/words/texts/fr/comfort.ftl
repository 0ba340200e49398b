## Unités, couleurs, confidentialité, rôles, menu, aide, à propos.

spoken-kpa = kilopascals
spoken-mbar = millibars
spoken-fahrenheit = degrés Fahrenheit

## What a person can do, as it stands in the help and in the menu.

group-alarms = Alarmes
group-beds = Lits
group-waves = Courbes
group-screen = Écran
group-station = Station et enregistrement
group-program = Aide
action-urgent = lit le plus urgent
action-acknowledge = acquitter
action-going = j'y vais
action-reset = réinitialiser les alarmes terminées
action-list = vers la liste des alarmes
action-log = journal des alarmes
action-audio = couper le son un moment, le remettre
action-initials = initiales
action-choose = choisir un lit
action-first = premier lit
action-open = ouvrir le lit
action-back = retour
action-turn = pages de lits
action-page = page de ce numéro
action-more = plus de lits par page
action-fewer = moins de lits par page
action-automatic = autant de lits que lisibles
action-colours = couleurs de jour ou de nuit
action-language = langue
action-copies = sauvegardes de l'enregistrement
action-sound = test du son
action-setup = réglages
action-help = aide
key-arrows = flèches
key-escape = Échap
key-home = Origine
key-page-up = Page préc.
key-page-down = Page suiv.
action-larger = texte plus grand
action-smaller = texte plus petit
action-usual-size = taille habituelle du texte
no-more-room = pas la place pour plus grand sur cet écran
action-menu = menu
action-about = à propos
action-palette = autre palette
action-pressure = unité des pressions
action-temperature = unité des températures
action-airway = unité des voies aériennes
menu-title = Menu
menu-day = jour
menu-night = nuit
as-sent = comme reçu

## About the program.

about-version = Version
about-commit = Commit
about-record = Enregistrement
about-clock = Horloge
about-licences = Licences
about-documents = Documents
about-unknown = inconnu
about-no-record = rien n'est enregistré
about-licences-text = Ce programme : MIT ou Apache 2.0, au choix. Ses lettres : Roboto, Apache 2.0. Les bibliothèques dont il est fait ont leurs propres licences, qui permettent toutes l'usage dans tout hôpital ; le fichier deny.toml des sources les nomme.
about-documents-elsewhere = dans le dossier docs des sources
clock-synchronised = horloge réglée par un serveur de temps
clock-not-synchronised = horloge non synchronisée

setting-screen-text-scale-percent = Taille du texte
    .help = texte et boutons ; Ctrl + et Ctrl - la changent dans une fenêtre

# Personnes : rôles par code, noms des patients. Lettres Latin-1 seulement.

role-view = voir
role-chart = saisir
role-configure = configurer
pin-title = Entrer son code
pin-needed = Un code est nécessaire
pin-free = Voir, acquitter et mettre en pause les alarmes ne demande aucun code.
pin-who = Choisissez vos initiales.
pin-type = Tapez votre code.
pin-checked = Le code est vérifié.
pin-wrong = Code faux : attendez
pin-again = Code faux : essayez encore.
pin-back = Effacer
pin-in = Entrer
pin-digits = { $count } chiffres tapés
refused-needs-role = un code est nécessaire
action-pin = entrer avec un code, sortir
action-privacy = cacher ou montrer les noms des patients
names-hidden = nom caché (V)
patient-id = ID
patient-born = né(e) le
setting-screen-privacy = Commencer sans noms
    .help = Noms et identifiants des patients sont cachés jusqu'à ce que quelqu'un appuie sur V.
setting-screen-leave-minutes = Sortie après
    .help = La personne entrée avec un code sort après ce temps sans touche ni toucher.

## Les personnes dans la configuration.

setup-page-people = Personnes
people-none = Personne n'a de code : chacun peut tout faire dans une fenêtre.
people-first = Dès l'enregistrement, la configuration demandera le code d'une personne qui peut configurer.
people-hashed = D'un code, le fichier ne garde qu'une empreinte.
people-add = Ajouter une personne
people-new-pin = Nouveau code
people-initials = Initiales
people-pin = Code
people-again = Le même encore
people-how = Un code a de 4 à 12 chiffres et se tape deux fois. Il vaut dès l'enregistrement.
people-take = Reprendre
people-give-up = Abandonner
people-hashing = Le code est traité
people-nobody-sets-up = Non fait : plus personne ne pourrait configurer. Donnez d'abord ce rôle à quelqu'un d'autre.
people-no-initials = Il manque les initiales.
people-twice = Quelqu'un d'autre a ces initiales.
people-not-same = Les deux codes n'étaient pas les mêmes : tapez-les encore.
role-chart-may = scores, seuils, veille, patients, appareils aux lits
role-configure-may = de même, et la configuration

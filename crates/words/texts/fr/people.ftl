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

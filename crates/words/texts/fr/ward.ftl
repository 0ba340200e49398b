### Texts of Vigie in French.
###
### Terms follow the unit's own words; a nurse of the language should read them before use.

## Mode of the station, as written on every tile.

mode-live = EN DIRECT
mode-replay = RELECTURE
mode-simulation = SIMULATION
mode-drill = EXERCICE

## What a device is doing, and where its values come from.

demo = DÉMO
test = TEST
service = MAINTENANCE
standby = veille
normal-operation = surveillance

## Freshness.

state-live = en direct
state-late = en retard
state-stale = périmée
state-lost = perdue
no-data = aucune donnée
stale-value = valeur périmée
connection-lost = connexion perdue
line-closed = ligne fermée
nothing-heard = rien reçu pour l'instant
dashes = ---
input-paused = entrée en pause
recording-ended = fin de l'enregistrement
station-stopped = STATION ARRÊTÉE
waiting-for-station = en attente de la station
guard-silent = gardien muet
window-silent = fenêtre muette
config-refused = vigie.toml pas entièrement appliqué
data-dropped = données omises

## Why the PC is not isolated.

name-server-set = serveur de noms configuré
ip-forwarding = ce PC relaie les paquets entre réseaux
isolation-unknown = isolement impossible à vérifier

## The record and its copies.

record-stopped-full = ENREGISTREMENT ARRÊTÉ : disque plein
record-stopped-broken = ENREGISTREMENT ARRÊTÉ : erreur de disque
record-behind = tout n'a pas été enregistré
no-copy-yet = aucune sauvegarde pour l'instant
no-passphrase = enregistrement sans phrase secrète
record = enregistrement
record-running = en cours
copies-title = Sauvegardes de l'enregistrement
copy-now = sauvegarder maintenant
copy-asked = sauvegarde demandée
copy-running = une sauvegarde est en cours
copy-failed = la dernière sauvegarde a échoué
copy-no-place = aucun emplacement de sauvegarde : en nommer un dans vigie.toml, [record] copies = ["/media/stick"]
trend-title = dernière heure
trend-loading = chargement
trend-no-record = pas d'enregistrement
trend-locked = enregistrement verrouillé : phrase secrète requise
trend-unreadable = enregistrement illisible
trend-no-values = aucune valeur

## Waves.

no-scale = échelle inconnue
own-range = plage propre
auto-scale = échelle auto
not-to-scale = pas à l'échelle
filter-unknown = filtre ?
no-wave = pas de courbe

## Patient.

patient = patient
no-patient = pas de patient
adult = adulte
child = enfant
newborn = nouveau-né
category-unknown = catégorie ?
paced = stimulateur

## Alarms.

alarm = alarme
alarm-limit = seuil d'alarme
above-limit = au-dessus du seuil
below-limit = en dessous du seuil
no-alarms = aucune alarme du lit
alarms-unknown = alarmes inconnues
priority-high = priorité haute
priority-medium = priorité moyenne
priority-low = priorité basse
priority-information = information
physiological-alarm = alarme physiologique
technical-alarm = alarme technique
station-alarm = alarme de la station
silenced-at-bedside = alarme coupée au lit
audio-paused = son en pause
alarm-off = alarme désactivée
latched = mémorisée
not-confirmed = non confirmée

## Attention list, answers, sound, colours, standby.

attention = attention
unanswered = sans réponse
answered-here = répondu ici
alarm-ended = terminée
new-row = nouveau
most-urgent = lit le plus urgent
acknowledge = acquitter
i-am-going = j'y vais
reset-alarm = réinitialiser
pause-audio = pause du son
turn-audio-off = couper le son
turn-audio-on = remettre le son
audio-off = son coupé
silent-by-policy = aucune alarme n'est audible : la configuration de l'unité veut le silence
initials = initiales
initials-first = vos initiales d'abord, puis Entrée
choose-first = ouvrez d'abord un lit ou choisissez une alarme
colours = couleurs
colours-normal = couleurs normales
colours-night = couleurs de nuit
colours-blind = couleurs pour daltoniens
standby-empty = vide
standby-away = absent
standby-theatre = au bloc
standby-begin = veille
standby-end = fin de veille
all-beds = tous les lits

## Scores, limits of the station's own, the last hour.

scores = scores
score-is-no-alarm = un score n'est pas une alarme
score-points = points
score-missing = manquant
score-old = ancien
score-trend = totaux des dernières 24 heures
score-none = pas de score : catégorie inconnue, ou sans score dans l'unité
band-incomplete = incomplet
band-zero = aucun point
band-low = faible
band-low-medium = faible à moyen
band-medium = moyen
band-high = élevé
oxygen = oxygène
on-air = air
on-oxygen = sous oxygène
consciousness = conscience
acvpu-alert = éveillé
acvpu-confusion = confusion nouvelle
acvpu-voice = voix
acvpu-pain = douleur
acvpu-unresponsive = sans réponse
spo2-scale = échelle SpO2
spo2-scale-one = échelle 1
spo2-scale-two = échelle 2, prescrite
not-entered = non saisi
refill = recoloration capillaire
effort = effort respiratoire
oxygen-flow-low = moins de 4 L/min et de 50 %
oxygen-flow-high = dès 4 L/min ou 50 %
refill-under = moins de 3 s
refill-from = 3 s ou plus
effort-normal = normal
effort-mild = un peu accru
effort-moderate = modérément accru
effort-severe = très accru, ou apnée
own-limits = seuils de la station
own-limits-not-sent = propres à la station, jamais envoyés au moniteur
own-limits-off = inactifs : hors règles de l'unité, ou catégorie inconnue
own-limits-of-category = ceux de la catégorie
limit-lowest = bas
limit-highest = haut
limit-bad = un nombre est illisible, ou le bas n'est pas sous le haut
limit-add = ajouter
limit-none = tout ce qui est mesuré ici a des seuils
limits-further = autres seuils
set-limits = fixer ces seuils
limits-as-category = comme la catégorie
tighten-now = resserrer autour d'ici
tighten-confirm = confirmer la proposition
tighten-would = proposition
hour-title = évolution sur 60 min
hour-too-little = trop peu de données
hour-steady = sans changement

## The alarm log.

alarm-log = journal des alarmes
log-search = recherche
log-alarms = alarmes et réponses
log-actions = personnes
log-all = tout
log-high = haute
log-medium = moyenne
log-low = basse
log-technical = technique
log-station = station
log-earlier = plus tôt
log-later = plus tard
log-now = jusqu'à présent
log-copy = copier en CSV
log-copied = copié : à coller où il faut
log-files = en fichier : vigie export
log-nothing = rien dans cette période
log-too-much = trop de lignes : choisir une durée plus courte
log-partly = une partie de l'enregistrement est illisible

## What was not done, and why.

command-assign = placer l'appareil sur un lit
command-beside = placer l'appareil à côté de l'autre
command-take-off = retirer l'appareil de son lit
command-prefer = choisir l'appareil d'une mesure
command-admit = commencer un séjour
command-discharge = terminer le séjour
command-same-patient = même patient
refused-no-such-bed = ce lit n'est pas configuré
refused-bed-taken = un autre appareil s'y trouve : le retirer d'abord, ou placer celui-ci à côté
refused-nobody-there = personne sur ce lit
refused-nothing-unclear = aucune question ouverte sur le patient
refused-not-allowed = la règle du service ne le permet pas
refused-no-initials = initiales manquantes
refused-bad-limit = un seuil impossible
refused-other-patient = il nomme un autre patient que celui qui s'y trouve
refused-full = la station, ou ce lit, ne prend plus d'appareils
refused-busy = la station n'a rien pris : réessayer
no-answer-yet = pas de réponse de la station : vérifier si c'est fait

## Several devices at one bed.

put-on-bed = placer sur un lit
put-there = placer ici
put-beside = placer à côté
take-off = retirer
first-from = mesuré plusieurs fois : qui passe en premier
whichever-best = selon la règle
nothing-twice = aucune mesure ne vient de deux appareils
labels-there = ce que disent les fabricants

## The test of the sound.

sound-test = test du son
sound-test-listen = jouer un son et écouter là où les alarmes doivent être entendues
sound-test-playing = en cours
sound-test-played = joué : entendu ?
sound-test-failed = pas joué
sound-test-heard = entendu
sound-test-unheard = pas entendu
sound-test-noted = c'est dans le journal
sound-test-remedy = vérifier haut-parleur, câble et volume : d'ici là personne n'entend les alarmes de la station

## Why there is no number, or how far to believe it.

validity-valid = valide
validity-validated = validée
validity-measuring = mesure en cours
validity-questionable = douteuse
validity-calibrating = étalonnage
validity-invalid = invalide
validity-overflow = au-dessus de la plage
validity-underflow = au-dessous de la plage
validity-not-available = pas de valeur
sensor-off = capteur débranché
leads-off = électrodes débranchées
weak-signal = signal faible

## Places and things.

bed = lit
room = chambre
ward = service
unit = unité
device = appareil
unassigned-devices = appareils sans lit
no-device = aucun appareil
numbers = valeurs
devices = appareils
numbers-only = valeurs seules
ventilator-short = Vent.
preferred-source = préféré
waveforms = courbes
alarms = alarmes
limits = seuils
unused-data = données non utilisées

## What this program is and is not.

secondary-display = Écran secondaire. Ne pas s'y fier pour recevoir les signaux d'alarme.
watch-the-bedside = écran secondaire : surveillez le moniteur au lit
not-certified = n'est pas un dispositif médical certifié
disclaimer = Logiciel libre, qui n'est pas un dispositif médical certifié : pas de marquage CE, pas d'autorisation de la FDA. Écran et enregistreur d'appoint. Le moniteur au lit et le personnel au lit restent l'alarme principale. Ne pas l'utiliser comme seul moyen de surveiller un patient. Confirmer au lit avant tout traitement.

## Keyboard.

help-title = Clavier
language = langue
back = retour
close = fermer

## Terminal.

no-display = aucun écran graphique : on continue dans le terminal
headless-hint = Ctrl+C pour quitter
column-bed = Lit
column-parameter = Paramètre
column-value = Valeur
column-unit = Unité
column-age = Âge
column-state = État
column-alarm = Alarme
column-priority = Priorité
column-time = Heure
column-device = Appareil
column-wave = Courbe
column-rate = Cadence

## Guard: lines in the terminal that people at the nurse station may read.

both-silent = ALARME : LA STATION ET LA FENÊTRE SONT MUETTES. Surveillez les moniteurs au lit.
station-starts-again = la station est muette : elle est relancée
window-starts-again = la fenêtre est muette : elle est relancée
station-ended = la station s'est arrêtée : elle est relancée
window-ended = la fenêtre s'est arrêtée : elle est relancée
window-given-up = une autre fenêtre ne peut pas s'ouvrir : elle n'est plus relancée ; son écran est-il branché ? La redemander avec N
attached = une station travaille déjà sur ce dossier : voici une fenêtre de plus
window-cannot-open = la fenêtre ne peut pas s'ouvrir : on continue dans le terminal

## With places to fill. Times, numbers and labels arrive as written.

not-confirmed-since = non confirmé depuis { $time }
last-value = dernière { $value } à { $time }
no-data-since = aucune donnée depuis { $time }
station-stopped-since = STATION ARRÊTÉE depuis { $time }
since = depuis { $time }
noted = { $what } : { $detail }
command-refused = refusé : { $what }
command-unanswered = incertain : { $what }
numbers-only-every = valeurs seules, toutes les { $period }
numbers-every = valeurs toutes les { $period }
every-period = toutes les { $period }
relabelled = appelé { $label } auparavant
on-device = sur l'appareil : { $label }
from-device = de { $device }
also-from = aussi de { $device }
beside = à côté de { $devices }
put-device = { $device } sur { $bed }
not-isolated = CE PC N'EST PAS ISOLÉ : { $reason }
default-route = route par défaut par { $interface }
other-interface = second réseau sur { $interface }
more = +{ $count } de plus
alarm-count = { $count ->
        [0] aucune alarme
        [one] { $count } alarme
       *[other] { $count } alarmes
    }
limits-from-to = { $low } à { $high }
limit-low = en dessous de { $low }
limit-high = au-dessus de { $high }
speed = vitesse { $factor } fois
sampling-rate = { $hertz } Hz
counted = { $what } : { $count }
disk-filling = disque presque plein : { $left }
days-left = { $count ->
        [0] moins d'un jour restant
        [one] { $count } jour restant
       *[other] { $count } jours restants
    }
copied-at = sauvegardé { $time }
copy-old = dernière bonne sauvegarde : il y a { $age }
copy-at = sauvegarde { $percent } %
copy-at-left = sauvegarde { $percent } %, reste { $left }
copy-to = sauvegarder maintenant vers { $place }
last-copy = dernière bonne sauvegarde : { $time }
trend-spoken = { $label }, dernière heure : { $range }

## Attention list, with places to fill.

acknowledged-by = acquittée par { $by }
is-going = { $by } y va
restored-at = reprise à { $time }
new-count = { $count ->
        [one] { $count } nouvelle
       *[other] { $count } nouvelles
    }
no-alarms-at = aucune alarme, à { $time }
beds-not-known = { $count ->
        [one] alarmes de { $count } lit inconnues
       *[other] alarmes de { $count } lits inconnues
    }
unanswered-for = sans réponse depuis { $age }
audio-paused-for = son en pause { $left }
audio-off-since = son coupé depuis { $time }
times = { $count } fois
bed-count = { $count ->
        [one] { $count } lit
       *[other] { $count } lits
    }
page-of = page { $page } sur { $pages }
too-small = { $beds } sur une page : chiffres de { $height } mm, il faut { $least } mm à { $distance } m
too-many = { $beds } sur une page : pas la place pour toutes les valeurs
path-mark = { $label } perdu
standby-since = { $why }, depuis { $time }

## Scores and limits, with places to fill.

score-incomplete = incomplet { $known }/{ $parts }, au moins { $least }
entered-by = { $by }, { $time }, il y a { $age }
limits-set-by = fixés par { $by }, { $time }
limits-of-device = seuils au lit { $limits }
limits-of-station = seuils de la station { $limits }
hour-change = { $label } { $from } -> { $to }

## Lines of the log, with places to fill.

log-ended = { $alarm } : terminée
log-put-on-bed = appareil mis au lit par { $by }
log-taken-off = appareil retiré du lit par { $by }
log-named = l'appareil a donné son nom
log-stay-began = séjour commencé, par { $by }
log-stay-ended = séjour terminé, par { $by }
log-lapse-reminder = { $alarm } : réponse échue, rappel
log-lapse-raised = { $alarm } : réponse échue, priorité plus haute
log-lapse-returned = { $alarm } : réponse échue, elle est revenue
log-reset = { $alarm } : réinitialisée par { $by }
log-escalated = { $alarm } : sans réponse, degré { $step }
log-audio-paused = son en pause jusqu'à { $time } par { $by }
log-audio-off = son coupé par { $by }
log-audio-on = son rétabli par { $by }
log-audio-back = son rétabli : la pause est finie
log-standby = veille ({ $why }) par { $by }
log-standby-ended = veille terminée par { $by }
log-standby-back = veille terminée : les valeurs sont de retour
log-limits = seuils de la station par { $by } : { $limits }
log-limits-category = seuils de la station comme la catégorie, par { $by }
log-entered = { $what }, saisi par { $by }

## How old.

age-seconds = { $seconds } s
age-minutes = { $minutes } min
age-hours = { $hours } h { $minutes } min
age-days = { $days } j { $hours } h

## Alarms of the station itself.

alarm-stream-stale = { $label } : valeur périmée
alarm-stream-lost = { $label } : aucune donnée
alarm-device-stale = moniteur en retard : rien reçu
alarm-device-lost = connexion perdue : rien reçu du moniteur
alarm-line-closed = connexion perdue : ligne fermée
alarm-alarms-not-confirmed = alarmes du moniteur non confirmées
alarm-duplicate-device = deux appareils ont la même identité
alarm-patient-unclear = patient peut-être changé : à confirmer
alarm-record-stopped = enregistrement arrêté
alarm-record-behind = tout n'a pas été enregistré
alarm-disk-filling = le disque de l'enregistrement se remplit
alarm-copy-old = pas de sauvegarde récente
alarm-above-limit = { $label } : au-dessus du seuil du poste
alarm-below-limit = { $label } : en dessous du seuil du poste
alarm-implausible = { $label } : valeur invraisemblable
alarm-path-lost = { $label } : plus rien ne répond derrière
alarm-clock-jumped = l'horloge de ce PC a sauté
alarm-no-sound = alarmes inaudibles : pas de sortie audio
alarm-window-stalled = une fenêtre est figée

## Data that could not be used.

fault-framing = octets hors trame
fault-checksum = somme de contrôle fausse
fault-malformed = message abîmé
fault-unknown = données inconnues
fault-unexpected = message inattendu
fault-capped = plus que la station n'accepte

## For screen readers.

spoken-late = { $reading }, en retard { $age }
spoken-stale = { $reading }, valeur périmée { $age }
spoken-lost = { $label } aucune donnée, perdue { $age }
spoken-measured = { $reading }, mesurée il y a { $age }
spoken-questionable = { $reading }, douteuse
spoken-absent = { $label } pas de valeur : { $reason }
spoken-absent-plain = { $label } pas de valeur
spoken-alarm-high = alarme de priorité haute : { $text }
spoken-alarm-medium = alarme de priorité moyenne : { $text }
spoken-alarm-low = alarme de priorité basse : { $text }
spoken-alarm-information = information : { $text }
spoken-inactivated = { $alarm }, { $state }
spoken-percent = pour cent
spoken-per-minute = par minute
spoken-mmhg = millimètres de mercure
spoken-celsius = degrés Celsius
spoken-cmh2o = centimètres d'eau

## Members of a group of numbers.

member-systolic = { $group } sys
member-diastolic = { $group } dia
member-mean = { $group } moy
name-systolic = { $group }, systolique
name-diastolic = { $group }, diastolique
name-mean = { $group }, moyenne
st-lead = ST { $lead }
ecg-lead = ECG { $lead }

## La fiche de secours, sur papier : des lignes de 76 signes au plus.

sheet-title = FICHE DE SECOURS : ouvre tout l'enregistrement de cette unité
sheet-key = Clé secrète
sheet-signer = Clé qui signe les copies
sheet-use-safe = Qui possède cette fiche peut lire tous les patients. À garder au coffre.
sheet-use-type = Taper K1, K2 et K3, avec le mot en fin de ligne, dans sheet.txt.
sheet-use-open = Lancer : vigie key passphrase --key-file sheet.txt  Puis effacer sheet.txt.
sheet-use-letters = K1 à K3 : ni B, I, O ni chiffre 1. Une ligne mal tapée est nommée.

## Dispositions, pages, mur, plan des lits, fenêtres.

layout-too-small = refusé : { $tiles } par page : chiffres de { $height } mm, il faut { $least } mm à { $distance } m
layout-too-many = refusé : { $tiles } par page : pas la place pour toutes les valeurs
action-wall = mur : chiffres seuls, très grands
setting-screen-wall = Commencer par le mur
    .help = chiffres seuls, très grands, à lire de loin
setting-screen-kiosk = Occuper tout l'écran en permanence
    .help = sans cadre, rien à côté ; dès le prochain départ
closing-title = Fermer cette fenêtre ?
closing-text = Quand la dernière fenêtre est fermée, ce poste s'arrête : les moniteurs doivent alors être surveillés au lit, et rien n'est enregistré.
closing-stay = Rester
closing-close = Fermer la fenêtre
window-no-guard = Cette fenêtre n'a pas de gardien qui puisse en ouvrir une autre : lancez vigie window
windows-full = Pas d'autre fenêtre : quatre sont ouvertes. Fermez-en une d'abord
action-window = une autre fenêtre, pour un autre écran
action-full-screen = plein écran et retour
map-title = plan des lits
map-edit = Modifier
map-done = Terminé
map-find = chercher : lit, nom, numéro
map-none = personne n'est trouvé
map-how = les flèches ou la souris déplacent un lit
action-map = où sont les lits
action-find = chercher un patient

## Les autres fenêtres dans la configuration.

setup-window = Autre fenêtre { $number }
setup-window-add = Ajouter une autre fenêtre
setup-windows-how = Les autres fenêtres s'ouvrent avec la première, au prochain départ. La touche N en ouvre une maintenant.
setting-window-page = Première page
    .help = sans cela, la suivante de la fenêtre d'avant
setting-window-screen = Écran
    .help = compté à partir de 0 ; sans cela, le suivant
setting-window-wall = Mur
    .help = sans cela, comme dans la première fenêtre
setting-window-full-screen = Plein écran
    .help = dès le départ

## Dispositions, pages, mur, plan des lits, fenêtres.

layout-too-small = refusé : { $tiles } par page : chiffres de { $height } mm, il faut { $least } mm à { $distance } m
layout-too-many = refusé : { $tiles } par page : pas la place pour toutes les valeurs
action-wall = mur : chiffres seuls, très grands
setting-screen-wall = Commencer par le mur
    .help = chiffres seuls, très grands, à lire de loin

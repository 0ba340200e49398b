## Dispositions, pages, mur, plan des lits, fenêtres.

layout-too-small = refusé : { $tiles } par page : chiffres de { $height } mm, il faut { $least } mm à { $distance } m
layout-too-many = refusé : { $tiles } par page : pas la place pour toutes les valeurs
help-layout = + / - : plus, moins de lits par page ; 0 : selon la distance
help-wall = W : mur : chiffres seuls, très grands ; encore : le service
setting-screen-wall = Commencer par le mur
    .help = chiffres seuls, très grands, à lire de loin

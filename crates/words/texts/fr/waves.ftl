## Courbes : vitesse, gain, échelle, arrêt, étalonnage.

waves-erase-bar = courbes : barre d'effacement
waves-scroll = courbes : défilement
gain-auto = ECG : gain adapté à chaque courbe
ecg-gain = ECG { $gain }
grid-off = sans grille
grid-square = grille : { $mm } mm valent { $amounts }
setting-screen-speed-mm-s = Vitesse de défilement
    .help = 6,25, 12,5, 25 ou 50 mm/s ; la respiration va moins vite
setting-screen-gain-mm-mv = Gain de l'ECG
    .help = 1,25, 2,5, 5, 10, 20 ou 40 mm/mV ; vide : adapté à chaque courbe
setting-screen-sweep = Mouvement des courbes
    .help = le plus ancien est effacé, ou tout va vers la gauche
setting-screen-grid = Grille
    .help = lignes de millimètres sous les courbes
setting-screen-pixels-per-mm = Pixels par millimètre
    .help = mesurés avec une règle (touche F6) ; vide : pas à l'échelle
choice-erase-bar = barre d'effacement
choice-scroll = défilement
action-speed = vitesse de défilement
action-gain = gain de l'ECG
action-motion = barre d'effacement ou défilement
action-grid = grille de millimètres

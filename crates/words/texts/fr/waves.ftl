## Courbes : vitesse, gain, échelle, arrêt, étalonnage.

## Mise en place.

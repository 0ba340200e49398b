## Unités, couleurs, confidentialité, rôles, menu, aide, à propos.

spoken-kpa = kilopascals
spoken-mbar = millibars
spoken-fahrenheit = degrés Fahrenheit

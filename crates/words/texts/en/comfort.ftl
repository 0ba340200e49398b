## Units, colours, privacy, roles, menu, help, about.

spoken-kpa = kilopascals
spoken-mbar = millibars
spoken-fahrenheit = degrees Fahrenheit

## Dispositions, pages, mur, plan des lits, fenêtres.

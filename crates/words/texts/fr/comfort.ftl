## Unités, couleurs, confidentialité, rôles, menu, aide, à propos.

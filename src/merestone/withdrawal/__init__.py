"""Mirror withdrawal: agreements as data, zones on the ellipsoid, balance sheets, positions, audits of drawn zones."""

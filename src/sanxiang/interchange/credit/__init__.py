"""双公示: penalties and permits as the credit platforms exchange them (发改办财金〔2018〕424号)."""

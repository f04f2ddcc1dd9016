"""Small Django projects of others, with the fields of an inquiry record and nothing else."""

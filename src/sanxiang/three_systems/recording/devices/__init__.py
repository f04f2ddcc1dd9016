"""音像记录设备: the register of recording devices, their hand-over, need and budget, rules of use, station ingest."""

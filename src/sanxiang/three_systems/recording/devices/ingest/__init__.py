"""采集站入库: the folder of a collection station, taken in file by file, whatever lies in it."""

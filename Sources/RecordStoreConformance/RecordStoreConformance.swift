// RecordStoreConformance

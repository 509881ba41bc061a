// RelationalRecords

extension Script {
    /// Gives the records of one type in one partition, up to 500 of them, the marker that they lack; see `VectorSearch`.
    ///
    /// Answers the key to continue after; nothing at the end.
    static let mark = Script(
        #"""
        local base = sub(KEYS[1], 1, -3)
        local keys, records = base .. take(), base .. take()
        local field, marker, tag, low = take(), take(), take(), take()
        local members = call('ZRANGEBYLEX', keys, low, '+', 'LIMIT', '0', '500')
        for _, member in ipairs(members) do
          local name = records .. member
          local found = call('HMGET', name, field, marker)
          if found[1] and not found[2] then
            local squares = 0
            for place = 1, #found[1] - 3, 4 do
              local element = struct.unpack('<f', found[1], place)
              squares = squares + element * element
            end
            if squares > 1e-30 and squares < 1e30 then call('HSET', name, marker, tag) end
          end
        end
        if #members < 500 then return {} end
        return {members[500]}
        """#)
}

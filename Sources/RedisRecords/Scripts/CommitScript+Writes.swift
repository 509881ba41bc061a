extension Script {
    /// The second half: what was decided is written.
    static let commitWrites = #"""
        -- Everything that adds, then everything that removes.
        local adds, removes = {}, {}
        local first = {'HSET', KEYS[1], 'stamp', stamp}
        for _, shape in ipairs(shapes) do
          first[#first + 1] = 'v:' .. shape.type
          first[#first + 1] = shape.version
        end
        adds[1] = first
        if not head[1] then adds[2] = {'SADD', tag .. '#partitions', partition} end
        for _, record in ipairs(touched) do
          local shape, key = record.shape, record.key
          if record.exists then
            local fields = {'HSET', record.name}
            local cleared = {'HDEL', record.name}
            for field, value in pairs(record.changes) do
              if value then
                fields[#fields + 1] = field
                fields[#fields + 1] = value
                if #fields > 2000 then
                  adds[#adds + 1] = fields
                  fields = {'HSET', record.name}
                end
              elseif record.isStored then
                cleared[#cleared + 1] = field
              end
            end
            if #fields > 2 then adds[#adds + 1] = fields end
            if record.isStored and record.isWhole then
              for _, field in ipairs(call('HKEYS', record.name)) do
                if record.changes[field] == nil then cleared[#cleared + 1] = field end
              end
            end
            for place = 3, #cleared, 1000 do
              removes[#removes + 1] = {'HDEL', record.name, unpack(cleared, place, math.min(place + 999, #cleared))}
            end
          elseif record.isStored then
            removes[#removes + 1] = {'DEL', record.name}
          end
          if record.exists and not record.isStored then adds[#adds + 1] = {'ZADD', shape.keys, '0', key} end
          if record.isStored and not record.exists then removes[#removes + 1] = {'ZREM', shape.keys, key} end
          local function place(index, tail, isGlobal)
            local old = record.isStored and member(index, record.original, tail, isGlobal)
            local new = record.exists and member(index, record.current, tail, isGlobal)
            if old ~= new then
              if new then adds[#adds + 1] = {'ZADD', index.name, '0', new} end
              if old then removes[#removes + 1] = {'ZREM', index.name, old} end
            end
          end
          for _, index in ipairs(shape.indexes) do place(index, key, false) end
          for _, index in ipairs(shape.globals) do place(index, partition .. '\0' .. key, true) end
          if shape.isTracked then
            if record.exists then
              adds[#adds + 1] = {'ZADD', shape.feed, stamp, '+' .. key}
              if not record.isStored then removes[#removes + 1] = {'ZREM', shape.feed, '-' .. key} end
            elseif record.isStored then
              adds[#adds + 1] = {'ZADD', shape.feed, stamp, '-' .. key}
              removes[#removes + 1] = {'ZREM', shape.feed, '+' .. key}
            end
          end
          for _, field in ipairs(shape.tokens) do
            if record.isWhole or record.changes[field] ~= nil then
              local old = record.isStored and record.original(field) or ''
              local new = record.exists and record.current(field) or ''
              if old ~= new then
                local was, is = words(old), words(new)
                for word in pairs(is) do
                  if not was[word] then adds[#adds + 1] = {'ZADD', shape.terms .. field .. ':' .. word, '0', key} end
                end
                for word in pairs(was) do
                  if not is[word] then
                    removes[#removes + 1] = {'ZREM', shape.terms .. field .. ':' .. word, key}
                  end
                end
              end
            end
          end
        end
        for name, list in pairs(holders) do
          for values, key in pairs(list) do
            if key then
              adds[#adds + 1] = {'HSET', name, values, key}
            else
              removes[#removes + 1] = {'HDEL', name, values}
            end
          end
        end
        for name, value in pairs(counters) do adds[#adds + 1] = {'HSET', counterName, name, value} end
        local receipt = concat(results, ' ')
        if ledger ~= '' then adds[#adds + 1] = {'SET', ledger, receipt, 'PX', ledgerTime} end

        if isCluster then
          local keys = {'EXISTS'}
          for _, list in ipairs({adds, removes}) do
            for _, command in ipairs(list) do
              keys[#keys + 1] = command[2]
              if #keys == 1000 then
                call(unpack(keys))
                keys = {'EXISTS'}
              end
            end
          end
          if #keys > 1 then call(unpack(keys)) end
        end
        for _, command in ipairs(adds) do call(unpack(command)) end
        for _, command in ipairs(removes) do call(unpack(command)) end
        -- A hint; whoever may not send it still commits.
        redis.pcall('PUBLISH', base .. ':w', stamp)
        return {'ok', receipt}
        """#
}

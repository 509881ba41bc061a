extension Script {
    /// Brings one type of one partition to a later declaration: its indexes are built again from the records.
    ///
    /// It may run any number of times: the partition's version is written last. Answers `done`, or `conflict` when the
    /// records break a unique key; with `1` as its first argument it only looks.
    static let migrate = Script(
        #"""
        local onlyLooks = take() == '1'
        local partition = take()
        local base = sub(KEYS[1], 1, -3)
        local tag = sub(base, 1, (find(base, '}', 1, true)))
        local old, new = takeType(base, tag), takeType(base, tag)
        local stored = call('HGET', KEYS[1], 'v:' .. new.type)
        if not stored or tonumber(stored) >= tonumber(new.version) then return {'done'} end

        local function each(visit)
          local low = '-'
          while true do
            local keys = call('ZRANGEBYLEX', new.keys, low, '+', 'LIMIT', '0', '500')
            for _, key in ipairs(keys) do
              local found = {}
              local function get(field)
                if found[field] == nil then found[field] = call('HGET', new.records .. key, field) end
                return found[field]
              end
              visit(key, get)
            end
            if #keys < 500 then return end
            low = '(' .. keys[#keys]
          end
        end

        local isBroken, seen = false, {}
        each(function(key, get)
          for place, unique in ipairs(new.uniques) do
            local values = uniqueValues(unique, get)
            if values then
              local name = place .. ':' .. values
              if seen[name] then isBroken = true end
              seen[name] = true
            end
          end
        end)
        if isBroken then return {'conflict'} end
        if onlyLooks then return {'done'} end

        for _, list in ipairs({old.indexes, old.uniques}) do
          for _, index in ipairs(list) do call('DEL', index.name) end
        end
        each(function(key, get)
          local tail = partition .. '\0' .. key
          for _, index in ipairs(old.globals) do
            local entry = member(index, get, tail, true)
            if entry then call('ZREM', index.name, entry) end
          end
          for _, index in ipairs(new.globals) do
            local entry = member(index, get, tail, true)
            if entry then call('ZADD', index.name, '0', entry) end
          end
          for _, index in ipairs(new.indexes) do call('ZADD', index.name, '0', member(index, get, key, false)) end
          for _, unique in ipairs(new.uniques) do
            local values = uniqueValues(unique, get)
            if values then call('HSET', unique.name, values, key) end
          end
          for _, field in ipairs(new.tokens) do
            local list, commands = {}, {}
            for word in pairs(words(get(field) or '')) do
              list[#list + 1] = '0'
              list[#list + 1] = word .. '\0' .. key
            end
            append(commands, 'ZADD', new.terms .. field, list)
            for _, command in ipairs(commands) do call(unpack(command)) end
          end
          if new.isTracked and not old.isTracked then call('ZADD', new.feed, get('stamp'), '+' .. key) end
        end)
        if old.isTracked and not new.isTracked then call('DEL', new.feed) end
        call('HSET', KEYS[1], 'v:' .. new.type, new.version)
        return {'done'}
        """#)
}

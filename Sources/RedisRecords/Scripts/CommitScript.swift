extension Script {
    /// One batch, all or nothing.
    ///
    /// Redis does not roll a script back, so everything is decided in Lua tables first, and then written. What could still
    /// fail while writing is met before: memory (the first write is one that a full server refuses), and in a cluster a
    /// slot that is moving (every key is touched by `EXISTS` first, which fails where a key is not here; keys are added to
    /// before anything is removed, so that none disappears in between).
    ///
    /// Answers `ok` and the receipt; `exists`, the write and the record in the way; `missing`, `guard`, `limit` or
    /// `overflow` and the place; `old` or `new`, the type and its version in this partition.
    static let commit = Script(
        #"""
        local isCluster = take() == '1'
        local partition = take()
        local ledger, ledgerTime = take(), take()
        local base = sub(KEYS[1], 1, -3)
        local tag = sub(base, 1, (find(base, '}', 1, true)))
        if ledger ~= '' then
          ledger = base .. ':b:' .. ledger
          local receipt = call('GET', ledger)
          if receipt then return {'ok', receipt} end
        end

        local shapes, names = {}, {'stamp'}
        for place = 1, takeNumber() do
          shapes[place] = takeType(base, tag)
          names[place + 1] = 'v:' .. shapes[place].type
        end
        local head = call('HMGET', KEYS[1], unpack(names))
        for place, shape in ipairs(shapes) do
          local stored = head[place + 1]
          if stored and stored ~= shape.version then
            return {tonumber(stored) < tonumber(shape.version) and 'old' or 'new', shape.type, stored}
          end
        end
        local stamp = add(head[1] or '0', '1')

        -- The records that the batch looks at: as stored, and what the batch makes of them.
        local records, touched = {}, {}
        local function load(shape, key)
          local name = shape.records .. key
          local record = records[name]
          if record then return record end
          local found = call('HMGET', name, unpack(shape.needed))
          record = {shape = shape, key = key, name = name, before = {}, changes = {}, isWhole = false}
          for place, field in ipairs(shape.needed) do record.before[field] = found[place] end
          record.isStored = found[1] and true or false
          record.exists = record.isStored
          function record.original(field)
            local value = record.before[field]
            if value == nil then
              value = record.isStored and call('HGET', name, field)
              record.before[field] = value
            end
            return value
          end
          function record.current(field)
            local value = record.changes[field]
            if value ~= nil then return value end
            if record.isWhole then return false end
            return record.original(field)
          end
          records[name] = record
          return record
        end
        -- Every field of a record as the batch has it so far.
        local function whole(record)
          local list = {}
          if record.isStored and not record.isWhole then
            local stored = call('HGETALL', record.name)
            for place = 1, #stored, 2 do
              if record.changes[stored[place]] == nil then
                list[#list + 1] = stored[place]
                list[#list + 1] = stored[place + 1]
              end
            end
          end
          for field, value in pairs(record.changes) do
            if value then
              list[#list + 1] = field
              list[#list + 1] = value
            end
          end
          return list
        end
        local function inTheWay(index, holder)
          return {'exists', tostring(index), holder.shape.type, whole(holder)}
        end

        for index = 0, takeNumber() - 1 do
          local code = take()
          local record = load(shapes[takeNumber()], take())
          local holds
          if code == 'A' then
            holds = not record.exists
          else
            local program = takeProgram()
            holds = record.exists and accepts(program, record.original)
          end
          if not holds then return {'guard', tostring(index)} end
        end

        -- Counters and unique keys as the batch has them so far.
        local counters, counterName = {}, base .. ':c'
        local function counter(name)
          if not counters[name] then counters[name] = call('HGET', counterName, name) or '0' end
          return counters[name]
        end
        local holders = {}
        local function holder(unique, values)
          local known = holders[unique.name] and holders[unique.name][values]
          if known ~= nil then return known end
          return call('HGET', unique.name, values)
        end
        local function hold(unique, values, key)
          local list = holders[unique.name]
          if not list then
            list = {}
            holders[unique.name] = list
          end
          list[values] = key
        end

        -- Gives a record its new fields; answers the record in the way, if any.
        local function write(record, change)
          local shape, before = record.shape, {}
          if record.exists then
            for place, unique in ipairs(shape.uniques) do before[place] = uniqueValues(unique, record.current) end
          end
          local revision = record.exists and add(record.current('revision'), '1') or '1'
          change()
          record.changes.revision, record.changes.stamp = revision, stamp
          record.exists = true
          if not record.isTouched then
            record.isTouched = true
            touched[#touched + 1] = record
          end
          local taken = {}
          for place, unique in ipairs(shape.uniques) do
            local values = uniqueValues(unique, record.current)
            taken[place] = values
            if values then
              local key = holder(unique, values)
              if key and key ~= record.key then return load(shape, key) end
            end
          end
          for place, unique in ipairs(shape.uniques) do
            if before[place] ~= taken[place] then
              if before[place] then hold(unique, before[place], false) end
              if taken[place] then hold(unique, taken[place], record.key) end
            end
          end
        end
        local function replacing(record, values)
          return function() record.changes, record.isWhole = values, true end
        end

        local results, failure = {stamp}, nil
        for index = 0, takeNumber() - 1 do
          local code = take()
          if code == 'I' or code == 'P' then
            local shape = shapes[takeNumber()]
            local values, number = {}, nil
            for _ = 1, takeNumber() do
              local field = take()
              values[field] = take()
            end
            local numbered = take()
            if numbered ~= '' then
              local name = take()
              number = add(counter(name), '1')
              if not number then return {'overflow', tostring(index)} end
              counters[name], values[numbered] = number, number
            end
            local key = {}
            for place, field in ipairs(shape.key) do
              local value = values[field.name]
              local isRaw = place == #shape.key and (field.kind == 't' or field.kind == 'y')
              key[place] = isRaw and value or sortable(field.kind, value)
            end
            local record = load(shape, concat(key))
            if code == 'I' and record.exists then return inTheWay(index, record) end
            local obstacle = write(record, replacing(record, values))
            if obstacle then return inTheWay(index, obstacle) end
            results[#results + 1] = number or record.changes.revision
          elseif code == 'U' then
            local record = load(shapes[takeNumber()], take())
            if not record.exists then return {'missing', tostring(index)} end
            local changes = {}
            for place = 1, takeNumber() do
              local how, field, kind = take(), take(), take()
              changes[place] = {how = how, field = field, kind = kind, value = how ~= 'x' and take()}
            end
            local fresh = {}
            for _, change in ipairs(changes) do
              local field, value = change.field, change.value
              local current = fresh[field]
              if current == nil then current = record.current(field) end
              if change.how == 'x' then
                fresh[field] = false
              elseif change.how == 's' then
                fresh[field] = value
              elseif change.how == 'a' then
                fresh[field] = add(current or '0', value)
                if not fresh[field] then return {'overflow', tostring(index), field} end
              else
                local order = current and compare(comparable(change.kind, value), comparable(change.kind, current))
                if not current or change.how == 'l' and order < 0 or change.how == 'g' and order > 0 then
                  fresh[field] = value
                end
              end
            end
            local obstacle = write(record, function()
              for field, value in pairs(fresh) do record.changes[field] = value end
            end)
            if obstacle then return inTheWay(index, obstacle) end
            results[#results + 1] = record.changes.revision
          elseif code == 'D' then
            local record = load(shapes[takeNumber()], take())
            if record.exists then
              results[#results + 1] = record.current('revision')
              for _, unique in ipairs(record.shape.uniques) do
                local values = uniqueValues(unique, record.current)
                if values then hold(unique, values, false) end
              end
              record.changes, record.isWhole, record.exists = {}, true, false
              if not record.isTouched then
                record.isTouched = true
                touched[#touched + 1] = record
              end
            else
              results[#results + 1] = '0'
            end
          else
            local name, amount, bound = take(), take(), take()
            local before = counter(name)
            local after = add(before, amount)
            local isPositive = byte(amount) ~= 45 and amount ~= '0'
            if isPositive and bound ~= '' and (not after or compareIntegers(after, bound) > 0) then
              failure = failure or {'limit', tostring(index), bound, before}
            elseif not after then
              failure = failure or {'overflow', tostring(index)}
            end
            counters[name] = after or before
            results[#results + 1] = counters[name]
          end
        end
        if failure then return failure end

        """# + commitWrites)
}

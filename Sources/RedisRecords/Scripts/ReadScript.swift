extension Script {
    /// Several reads of one partition (`P`), from one snapshot, or a piece of one global index (`S`).
    ///
    /// Answers `ok`, the partition's stamp and a page for each read; `old` or `new`, the type and its version here.
    static let read = Script(
        #"""
        local function fetch(name, fields)
          local found = call('HMGET', name, unpack(fields))
          return found[1] and found
        end
        local function escaped(partition)
          return (gsub(partition, '[%%:{}]', {['%'] = '%25', [':'] = '%3A', ['{'] = '%7B', ['}'] = '%7D'}))
        end

        -- Visits the members of a sorted set between two bounds, until `visit` answers true.
        local function walk(name, low, high, isDescending, size, visit)
          while true do
            local members
            if isDescending then
              members = call('ZREVRANGEBYLEX', name, high, low, 'LIMIT', '0', tostring(size))
            else
              members = call('ZRANGEBYLEX', name, low, high, 'LIMIT', '0', tostring(size))
            end
            for place = 1, #members do
              if visit(members[place]) then return end
            end
            if #members < size then return end
            if isDescending then high = '(' .. members[#members] else low = '(' .. members[#members] end
            if size < 1000 then size = size * 2 end
          end
        end
        -- The same over the keys of several terms, which are the members of one set that begin with a term; see KeyLayout.
        -- Each term's keys are sorted, so they are merged, and a key that has several of the terms is visited once.
        local function walkTerms(name, terms, low, high, isDescending, size, visit)
          local streams = {}
          local function fill(stream)
            local members
            if isDescending then
              members = call('ZREVRANGEBYLEX', name, stream.high, stream.low, 'LIMIT', '0', tostring(size))
            else
              members = call('ZRANGEBYLEX', name, stream.low, stream.high, 'LIMIT', '0', tostring(size))
            end
            stream.members, stream.place, stream.isLast = members, 1, #members < size
            if #members > 0 then
              local bound = '(' .. members[#members]
              if isDescending then stream.high = bound else stream.low = bound end
            end
          end
          local function advance(stream)
            if stream.place > #stream.members and not stream.isLast then fill(stream) end
            local member = stream.members[stream.place]
            stream.place = stream.place + 1
            stream.key = member and sub(member, stream.prefix)
          end
          for place, term in ipairs(terms) do
            local stream = {
              prefix = #term + 2,
              low = low == '-' and '[' .. term .. '\0' or sub(low, 1, 1) .. term .. '\0' .. sub(low, 2),
              high = high == '+' and '(' .. term .. '\1' or sub(high, 1, 1) .. term .. '\0' .. sub(high, 2),
            }
            streams[place] = stream
            fill(stream)
            advance(stream)
          end
          while true do
            local next
            for _, stream in ipairs(streams) do
              local key = stream.key
              if key then
                local order = next and compare(key, next) or -1
                if not next or isDescending and order > 0 or not isDescending and order < 0 then next = key end
              end
            end
            if not next or visit(next) then return end
            for _, stream in ipairs(streams) do
              if stream.key == next then advance(stream) end
            end
          end
        end
        -- Takes what to walk: a set, or the terms of one.
        local function takeWalk()
          local name, terms = take(), take() == '1' and takeList()
          return function(low, high, isDescending, size, visit)
            if terms then
              walkTerms(name, terms, low, high, isDescending, size, visit)
            else
              walk(name, low, high, isDescending, size, visit)
            end
          end
        end

        -- Takes an index of the search module; see VectorSearch. Answers what finds in it the members nearest to a vector
        -- that are accepted, at least one more than asked for. That answers nil where the index alone cannot say: it is
        -- missing or still being built, or the partition has too few that are accepted.
        local function takeNear(base)
          local index, field, marker, tag, keys = take(), take(), take(), take(), base .. take()
          local vector, limit = take(), takeNumber()
          local function word(value) return type(value) == 'table' and value.ok or value end
          local function isBuilt()
            local facts = redis.pcall('FT.INFO', index)
            if facts.err then return false end
            for place = 1, #facts - 1, 2 do
              if word(facts[place]) == 'indexing' then return tostring(word(facts[place + 1])) == '0' end
            end
            return false
          end
          return function(prefix, isAccepted)
            local size, all, known = limit * 4 + 64, call('ZCARD', keys), {}
            while size < all and size <= 8192 do
              if size == limit * 4 + 64 and not isBuilt() then return nil end
              local count = tostring(size)
              local names = redis.pcall(
                'FT.SEARCH', index, '(@' .. marker .. ':{' .. tag .. '})=>[KNN ' .. count .. ' @' .. field .. ' $vector]',
                'PARAMS', '2', 'vector', vector, 'NOCONTENT', 'LIMIT', '0', count, 'DIALECT', '2')
              if names.err then return nil end
              local members = {}
              for place = 2, #names do
                local name = names[place]
                if sub(name, 1, #prefix) == prefix then
                  local member = sub(name, #prefix + 1)
                  if known[member] == nil then known[member] = isAccepted(member) end
                  if known[member] then members[#members + 1] = member end
                end
              end
              if #members > limit then return members end
              if #names - 1 < size then return nil end
              size = size * 4
            end
          end
        end

        -- Accepted records in an index's order; see IndexWalk. Answers whether it came to the end, the last member
        -- that the page covers, and each record's member and fields.
        local function takeQuery(base, near)
          local each, suffix, prefix, orderKind = takeWalk(), take(), takeNumber(), take()
          local low, high, isDescending = take(), take(), take() == '1'
          local limit, budget, fields, program = takeNumber(), takeNumber(), takeList(), takeProgram()
          local isSurvey = base == nil
          if isSurvey then base = sub(KEYS[1], 1, (find(KEYS[1], '}', 1, true))) .. ':' end
          local wanted, places = {'revision'}, {revision = 1}
          for _, step in ipairs(program) do
            if step.field and not places[step.field] then
              wanted[#wanted + 1] = step.field
              places[step.field] = #wanted
            end
          end
          local found
          local function get(field) return found[places[field]] end
          local atEnd, last, page, visited = '1', '', {}, 0
          local function visit(member)
            if visited == budget then
              atEnd = '0'
              return true
            end
            visited = visited + 1
            local place = prefix + 1
            if orderKind ~= '' then place = skip(member, place, orderKind) end
            local owner = base
            if isSurvey then
              local stop = find(member, '\0', place, true)
              owner = base .. escaped(sub(member, place, stop - 1))
              place = stop + 1
            end
            local name = owner .. suffix .. sub(member, place)
            if #program > 0 then
              found = call('HMGET', name, unpack(wanted))
              if not found[1] or not accepts(program, get) then
                last = member
                return false
              end
            end
            if #page == limit * 2 then
              atEnd = '0'
              return true
            end
            local record = fetch(name, fields)
            if record then
              page[#page + 1] = member
              page[#page + 1] = record
            end
            last = member
          end
          local members = near and near(base .. suffix, function(member)
            found = call('HMGET', base .. suffix .. member, unpack(wanted))
            return found[1] and accepts(program, get) or false
          end)
          if members then
            prefix = 0
            for _, member in ipairs(members) do visit(member) end
            return {'near', last, page}
          end
          each(low, high, isDescending, math.max(16, math.min(limit + 1, 1000)), visit)
          return {atEnd, last, page}
        end

        -- What happened to a type after a stamp, in whole stamps: up to where, whether there is more, what was deleted,
        -- the records.
        local function takeChanges(base, head)
          local feed, records, after, limit, fields = take(), take(), take(), takeNumber(), takeList()
          local entries = call('ZRANGEBYSCORE', base .. feed, '(' .. after, '+inf', 'WITHSCORES', 'LIMIT', '0', tostring(limit + 1))
          local upTo, hasMore = head, '0'
          if #entries > limit * 2 then
            local taken, next = #entries - 2, entries[#entries]
            while taken > 0 and entries[taken] == next do taken = taken - 2 end
            if taken == 0 then
              -- One commit is larger than the limit: it is taken whole.
              entries = call('ZRANGEBYSCORE', base .. feed, next, next, 'WITHSCORES')
              taken = #entries
              hasMore = #call('ZRANGEBYSCORE', base .. feed, '(' .. next, '+inf', 'LIMIT', '0', '1') > 0 and '1' or '0'
            else
              hasMore = '1'
            end
            for place = #entries, taken + 1, -1 do entries[place] = nil end
            if hasMore == '1' then upTo = entries[taken] end
          end
          local deleted, put = {}, {}
          for place = 1, #entries, 2 do
            local key = sub(entries[place], 2)
            if byte(entries[place]) == 45 then
              deleted[#deleted + 1] = key
            else
              put[#put + 1] = fetch(base .. records .. key, fields) or nil
            end
          end
          return {upTo, hasMore, deleted, put}
        end

        if take() == 'S' then return {'ok', '0', {takeQuery(nil)}} end
        local base = sub(KEYS[1], 1, -3)
        local names, versions = {'stamp'}, {}
        for place = 1, takeNumber() do
          names[place + 1] = 'v:' .. take()
          versions[place] = take()
        end
        local head = call('HMGET', KEYS[1], unpack(names))
        for place, version in ipairs(versions) do
          local stored = head[place + 1]
          if stored and stored ~= version then
            return {tonumber(stored) < tonumber(version) and 'old' or 'new', sub(names[place + 1], 3), stored}
          end
        end
        local stamp = head[1] or '0'
        local pages = {}
        for read = 1, takeNumber() do
          local code = take()
          if code == 'K' then
            local page, fields = {}, takeList()
            for place = 1, takeNumber() do page[place] = fetch(base .. take(), fields) end
            pages[read] = page
          elseif code == 'C' then
            pages[read] = {call('HGET', base .. ':c', take()) or '0'}
          elseif code == 'N' then
            pages[read] = {tostring(call('ZCARD', base .. take()))}
          elseif code == 'M' then
            local each, records, program = takeWalk(), take(), takeProgram()
            local wanted, places = {'revision'}, {revision = 1}
            for _, step in ipairs(program) do
              if step.field and not places[step.field] then
                wanted[#wanted + 1] = step.field
                places[step.field] = #wanted
              end
            end
            local found, number = nil, 0
            local function get(field) return found[places[field]] end
            local function visit(key)
              found = call('HMGET', base .. records .. key, unpack(wanted))
              if found[1] and accepts(program, get) then number = number + 1 end
            end
            each('-', '+', false, 1000, visit)
            pages[read] = {format('%.0f', number)}
          elseif code == 'Q' then
            pages[read] = takeQuery(base)
          elseif code == 'V' then
            local near = takeNear(base)
            pages[read] = takeQuery(base, near)
          else
            pages[read] = takeChanges(base, stamp)
          end
        end
        return {'ok', stamp, pages}
        """#)
}

extension Script {
    /// What every script begins with: arguments, the sortable spelling of values, exact integers, filter programs.
    ///
    /// Scripts know the schema only from their arguments, so one text serves every schema. They declare `KEYS[1]`; the
    /// other keys follow from it and lie in the same slot. The first line lets Dragonfly accept that.
    ///
    /// Lua's numbers are doubles and its `<` follows the locale, so integers stay decimal strings and text is compared
    /// byte by byte.
    static let prelude = #"""
        --!df flags=allow-undeclared-keys
        local byte, char, find, format, gsub, sub =
          string.byte, string.char, string.find, string.format, string.gsub, string.sub
        local concat, floor, huge = table.concat, math.floor, math.huge
        local unpack = unpack or table.unpack
        local call = redis.call

        local argument = 0
        local function take()
          argument = argument + 1
          return ARGV[argument]
        end
        local function takeNumber() return tonumber(take()) end
        local function takeList()
          local list = {}
          for place = 1, takeNumber() do list[place] = take() end
          return list
        end

        -- Negative, zero or positive by the order of the bytes.
        local function compare(left, right)
          if left == right then return 0 end
          local length = #left < #right and #left or #right
          local place = 1
          while place + 31 <= length and sub(left, place, place + 31) == sub(right, place, place + 31) do
            place = place + 32
          end
          while place <= length do
            local a, b = byte(left, place), byte(right, place)
            if a ~= b then return a - b end
            place = place + 1
          end
          return #left - #right
        end

        -- The spelling whose bytes sort as the values do; see SortableCoding. Kinds: b bool, i int and time, d double,
        -- t text, y bytes.
        local complements = {
          ['0'] = '9', ['1'] = '8', ['2'] = '7', ['3'] = '6', ['4'] = '5',
          ['5'] = '4', ['6'] = '3', ['7'] = '2', ['8'] = '1', ['9'] = '0',
        }
        local function complement(one) return char(255 - byte(one)) end
        local function sortableNumber(kind, value)
          if kind == 'i' then
            if byte(value) == 45 then
              local digits = sub(value, 2)
              return char(64 - #digits) .. (gsub(digits, '%d', complements))
            end
            return char(64 + #value) .. value
          end
          local number
          if value == 'inf' then number = huge elseif value == '-inf' then number = -huge else number = tonumber(value) end
          if number == 0 then number = 0 end
          local bytes = struct.pack('>d', number)
          if byte(bytes) >= 128 then return (gsub(bytes, '.', complement)) end
          return char(byte(bytes) + 128) .. sub(bytes, 2)
        end
        local function sortable(kind, value)
          if kind == 't' then return value .. '\0' end
          if kind == 'y' then return (gsub(value, '%z', '\0\255')) .. '\0\1' end
          if kind == 'b' then return value end
          return sortableNumber(kind, value)
        end
        local function component(kind, value)
          if value then return '\2' .. sortable(kind, value) end
          return '\1'
        end
        -- Where the component that begins at a place ends, and the next one begins.
        local function skip(text, place, kind)
          if byte(text, place) == 1 then return place + 1 end
          place = place + 1
          if kind == 't' then return find(text, '\0', place, true) + 1 end
          if kind == 'y' then return find(text, '\0\1', place, true) + 2 end
          if kind == 'b' then return place + 1 end
          if kind == 'd' then return place + 8 end
          local digits = byte(text, place) - 64
          return place + 1 + (digits < 0 and -digits or digits)
        end
        -- What comparisons of one kind compare.
        local function comparable(kind, value)
          if kind == 'i' or kind == 'd' then return sortableNumber(kind, value) end
          return value
        end

        -- The sum of two decimal integers; nil when it passes 64 bits.
        local function parts(text)
          local sign = 1
          if byte(text) == 45 then sign, text = -1, sub(text, 2) end
          if #text <= 9 then return 0, sign * tonumber(text) end
          return sign * tonumber(sub(text, 1, -10)), sign * tonumber(sub(text, -9))
        end
        local function add(left, right)
          if #left <= 15 and #right <= 15 then return format('%.0f', tonumber(left) + tonumber(right)) end
          local high, low = parts(left)
          local otherHigh, otherLow = parts(right)
          high, low = high + otherHigh, low + otherLow
          local carry = floor(low / 1e9)
          high, low = high + carry, low - carry * 1e9
          local sign, greatest = '', '9223372036854775807'
          if high < 0 then
            sign, greatest = '-', '9223372036854775808'
            if low > 0 then high, low = high + 1, 1e9 - low end
            high = -high
          end
          local digits = high == 0 and format('%.0f', low) or format('%.0f%09.0f', high, low)
          if #digits > 19 or #digits == 19 and compare(digits, greatest) > 0 then return nil end
          return digits == '0' and digits or sign .. digits
        end
        local function compareIntegers(left, right)
          return compare(sortableNumber('i', left), sortableNumber('i', right))
        end

        -- A filter as a program for a stack; see FilterProgram.
        local function takeProgram()
          local program = {}
          for place = 1, takeNumber() do
            local code = take()
            local step = {code = code}
            if code == 'and' or code == 'or' then
              step.count = takeNumber()
            elseif code ~= 'not' and code ~= 'yes' and code ~= 'no' then
              step.field = take()
              if code == 'eq' or code == 'lt' or code == 'le' then
                step.kind = take()
                step.value = comparable(step.kind, take())
              elseif code == 'in' then
                step.kind, step.values = take(), {}
                for _, value in ipairs(takeList()) do step.values[comparable(step.kind, value)] = true end
              elseif code == 'has' then
                step.terms = takeList()
                for index, term in ipairs(step.terms) do step.terms[index] = ' ' .. term .. ' ' end
              elseif code == 'sub' then
                step.value = take()
              end
            end
            program[place] = step
          end
          return program
        end
        local function test(step, value)
          local code = step.code
          if code == 'ex' then return true end
          if code == 'eq' then return comparable(step.kind, value) == step.value end
          if code == 'lt' then return compare(comparable(step.kind, value), step.value) < 0 end
          if code == 'le' then return compare(comparable(step.kind, value), step.value) <= 0 end
          if code == 'in' then return step.values[comparable(step.kind, value)] == true end
          if code == 'sub' then return find(value, step.value, 1, true) ~= nil end
          local tokens = ' ' .. value .. ' '
          for _, term in ipairs(step.terms) do
            if find(tokens, term, 1, true) then return true end
          end
          return false
        end
        -- `get` answers a field's stored spelling, or false.
        local function accepts(program, get)
          local stack, top = {}, 0
          for place = 1, #program do
            local step = program[place]
            local code, result = step.code, nil
            if code == 'and' or code == 'or' then
              result = code == 'and'
              for _ = 1, step.count do
                if stack[top] ~= (code == 'and') then result = code ~= 'and' end
                top = top - 1
              end
            elseif code == 'not' then
              result = not stack[top]
              top = top - 1
            elseif code == 'yes' or code == 'no' then
              result = code == 'yes'
            else
              local value = get(step.field)
              result = value and test(step, value) or false
            end
            top = top + 1
            stack[top] = result
          end
          return stack[1]
        end

        -- Record types; see TypeLayout.
        local function takeFields()
          local fields = {}
          for place = 1, takeNumber() do
            local name = take()
            fields[place] = {name = name, kind = take()}
          end
          return fields
        end
        local function takeIndexes(prefix)
          local indexes = {}
          for place = 1, takeNumber() do
            local name = prefix .. take()
            indexes[place] = {name = name, fields = takeFields()}
          end
          return indexes
        end
        local function takeType(base, tag)
          local shape = {type = take(), version = take(), isTracked = take() == '1'}
          shape.records = base .. ':r:' .. shape.type .. ':'
          shape.keys = base .. ':k:' .. shape.type
          shape.feed = base .. ':f:' .. shape.type
          shape.terms = base .. ':t:' .. shape.type .. ':'
          shape.key = takeFields()
          shape.indexes = takeIndexes(base .. ':i:' .. shape.type .. ':')
          shape.uniques = takeIndexes(base .. ':u:' .. shape.type .. ':')
          shape.globals = takeIndexes(tag .. '#g:' .. shape.type .. ':')
          shape.tokens = takeList()
          local needed, seen = {'revision'}, {}
          for _, list in ipairs({shape.indexes, shape.uniques, shape.globals}) do
            for _, index in ipairs(list) do
              for _, field in ipairs(index.fields) do
                if not seen[field.name] then
                  seen[field.name] = true
                  needed[#needed + 1] = field.name
                end
              end
            end
          end
          shape.needed = needed
          return shape
        end
        -- The member of an index, whose tail is the key; nil for a global one whose order value is missing.
        local function member(index, get, tail, isGlobal)
          local list = {}
          for place, field in ipairs(index.fields) do
            local value = get(field.name)
            if isGlobal and not value and place == #index.fields then return nil end
            list[place] = component(field.kind, value)
          end
          list[#list + 1] = tail
          return concat(list)
        end
        -- The values of a unique key; nil where one is missing.
        local function uniqueValues(unique, get)
          local list = {}
          for place, field in ipairs(unique.fields) do
            local value = get(field.name)
            if not value then return nil end
            list[place] = sortable(field.kind, value)
          end
          return concat(list)
        end
        -- Appends a command with these arguments, or several where they are many: Lua's stack is bounded.
        local function append(commands, verb, name, list)
          if #list > 0 and #list <= 1000 then
            commands[#commands + 1] = {verb, name, unpack(list)}
          else
            for place = 1, #list, 1000 do
              commands[#commands + 1] = {verb, name, unpack(list, place, math.min(place + 999, #list))}
            end
          end
        end
        local function words(text)
          local list = {}
          for word in string.gmatch(text, '[^ ]+') do list[word] = true end
          return list
        end

        """#
}

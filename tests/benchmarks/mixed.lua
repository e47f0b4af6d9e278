-- A page, an item, a new one and a changed one, in turns: `wrk -s mixed.lua URL -- ITEM NAMES`.

local json = {["Content-Type"] = "application/json"}
local item, names
local count = 0

function init(args)
  item, names = args[1], args[2]
end

function request()
  count = count + 1
  local kind = count % 4
  if kind == 0 then
    return wrk.format("GET", "/api/v1/items?limit=50")
  elseif kind == 1 then
    return wrk.format("GET", item)
  elseif kind == 2 then
    return wrk.format("POST", "/api/v1/items", json, '{"name": "' .. names .. count .. '", "price": "1.00"}')
  end
  return wrk.format("PATCH", item, json, '{"price": "' .. count % 1000 .. '.50"}')
end

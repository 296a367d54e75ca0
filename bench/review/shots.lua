-- Sends the requests of a file one after the other, round and round; prints latencies as JSON.
-- A line of the file: METHOD, address, cookie, body, with tabs between.
local requests, at, pause = {}, 0, 0

function init(args)
  pause = tonumber(args[2] or "0")
  for line in io.lines(args[1]) do
    local method, path, cookie, body = line:match("^(%S+)\t(%S+)\t([^\t]*)\t(.*)$")
    local headers = { ["Cookie"] = cookie }
    if method == "POST" then
      headers["Content-Type"] = "application/x-www-form-urlencoded"
    end
    requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
end

-- Milliseconds before each request: between half and one and a half of the pause.
function delay()
  return pause > 0 and math.random(pause / 2, pause * 3 / 2) or 0
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format(
    'JSON {"p50": %.1f, "p95": %.1f, "p99": %.1f, "rate": %.1f, "n": %d, "failed": %d}\n',
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    summary.requests / summary.duration * 1e6, summary.requests,
    e.connect + e.read + e.write + e.status + e.timeout))
end

-- The load of one run: wrk --script load.lua URL -- METHOD PATH [BODY]
-- The path and the body are formats for the number of the request; the path's starts again after a thousand.
-- At the end it prints the figures as JSON: durations in microseconds.

local number = 0

function init(args)
   local method, path, body = args[1], args[2], args[3]
   local headers = body and { ["Content-Type"] = "application/json" } or {}
   request = function()
      number = number + 1
      return wrk.format(method, path:format(number % 1000 + 1), headers, body and body:format(number))
   end
end

function done(summary, latency)
   local errors = summary.errors
   local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
   local told = '{"requests": %d, "duration": %d, "p50": %d, "p99": %d, "errors": %d}\n'
   io.write(told:format(summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed))
end

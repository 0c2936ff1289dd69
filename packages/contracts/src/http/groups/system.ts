import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "@effect/platform"
import { ArchiveHealth } from "@workspace/domain"
import { Schema } from "effect"
import { NotReadyError } from "../errors.ts"

const Health = Schema.Struct({ status: Schema.Literal("ok") }).annotations({
  identifier: "Health",
  description: "It is alive"
})
const Readiness = Schema.Struct({
  status: Schema.Literal("ready"),
  details: Schema.Struct({ archive: ArchiveHealth }).annotations({
    description: "What an operator should look at, though talks do not need it"
  })
}).annotations({
  identifier: "Readiness",
  description: "It may get traffic"
})

const Metrics = HttpApiSchema.Text({ contentType: "text/plain; version=0.0.4; charset=utf-8" }).annotations({
  description: "All metrics of the process",
  examples: ["# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes 104857600\n"]
})

/** For operators, at the root. */
export class SystemGroup extends HttpApiGroup.make("system")
  .add(
    HttpApiEndpoint.get("health", "/health")
      .addSuccess(Health)
      .annotate(OpenApi.Identifier, "health")
      .annotate(OpenApi.Summary, "Is the process alive?")
      .annotate(OpenApi.Description, "Answers as long as the process does. Asks nothing of the database.")
  )
  .add(
    HttpApiEndpoint.get("ready", "/ready")
      .addSuccess(Readiness)
      .addError(NotReadyError)
      .annotate(OpenApi.Identifier, "ready")
      .annotate(OpenApi.Summary, "May the process get traffic?")
      .annotate(
        OpenApi.Description,
        "Ready means: the database answers, is migrated, and the process is not stopping. That sessions cannot be saved to files makes it no less ready."
      )
  )
  .add(
    HttpApiEndpoint.get("metrics", "/metrics")
      .addSuccess(Metrics)
      .annotate(OpenApi.Identifier, "metrics")
      .annotate(OpenApi.Summary, "Metrics for Prometheus")
      .annotate(OpenApi.Description, "Counters, gauges and histograms in the text format of Prometheus.")
  )
  .annotate(OpenApi.Description, "Health, readiness and metrics of one process") {}

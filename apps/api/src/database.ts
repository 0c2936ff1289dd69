import { layerEmbedded, layerServer } from "@workspace/database"
import { Effect, Layer, Option } from "effect"
import type * as Config from "./config.ts"

/** The server that `DATABASE_URL` names; without it the embedded database of this machine. */
export const layer = ({ dataDirectory, databaseUrl, maxConnections }: Config.Settings["database"]) =>
  Layer.unwrapEffect(
    Option.match(databaseUrl, {
      onSome: (url) =>
        Effect.as(
          Effect.logInfo("Database: the server of DATABASE_URL"),
          layerServer({ url, maxConnections })
        ),
      onNone: () =>
        Effect.as(
          Effect.logInfo(`Database: embedded, in ${dataDirectory}`),
          layerEmbedded({ directory: dataDirectory })
        )
    })
  )

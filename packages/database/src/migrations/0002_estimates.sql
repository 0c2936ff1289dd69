CREATE TABLE "trait_estimates" (
	"session_id" text NOT NULL,
	"through_sequence" integer NOT NULL,
	"traits" jsonb NOT NULL,
	CONSTRAINT "trait_estimates_pkey" PRIMARY KEY("session_id","through_sequence"),
	CONSTRAINT "trait_estimates_through_sequence" CHECK ("trait_estimates"."through_sequence" >= 1),
	CONSTRAINT "trait_estimates_traits" CHECK (jsonb_typeof("trait_estimates"."traits") = 'object')
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "scoring_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "trait_estimates" ADD CONSTRAINT "trait_estimates_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idx_sessions_behind" ON "sessions" USING btree ("scoring_until" NULLS FIRST) WHERE "sessions"."scored_through" < "sessions"."message_count";
UPDATE "sessions" SET "scored_through" = "message_count", "version" = "version" + 1
WHERE "scored_through" < "message_count" AND NOT EXISTS (
	SELECT FROM "messages"
	WHERE "messages"."session_id" = "sessions"."id" AND "messages"."sequence" > "sessions"."scored_through" AND "messages"."metadata" ? 'assessment'
);--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "scoring_attempts" integer DEFAULT 0 NOT NULL;
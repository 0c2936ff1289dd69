CREATE TABLE "idempotency_keys" (
	"scope" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"seed" text NOT NULL,
	"locked_until" timestamp (3) with time zone,
	"session_id" text,
	"status" integer,
	"headers" jsonb,
	"body" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY("scope","key"),
	CONSTRAINT "idempotency_keys_scope_bytes" CHECK (octet_length("idempotency_keys"."scope") between 1 and 512),
	CONSTRAINT "idempotency_keys_key_bytes" CHECK (octet_length("idempotency_keys"."key") between 1 and 255),
	CONSTRAINT "idempotency_keys_request_hash_bytes" CHECK (octet_length("idempotency_keys"."request_hash") between 1 and 128),
	CONSTRAINT "idempotency_keys_status" CHECK ("idempotency_keys"."status" between 200 and 499),
	CONSTRAINT "idempotency_keys_answer" CHECK (num_nulls("idempotency_keys"."session_id", "idempotency_keys"."status", "idempotency_keys"."headers", "idempotency_keys"."body") in (0, 4)),
	CONSTRAINT "idempotency_keys_headers" CHECK (jsonb_typeof("idempotency_keys"."headers") = 'object'),
	CONSTRAINT "idempotency_keys_times" CHECK ("idempotency_keys"."expires_at" > "idempotency_keys"."created_at")
);
--> statement-breakpoint
CREATE UNLOGGED TABLE "rate_limits" (
	"key" varchar(255) PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
DROP INDEX "idx_sessions_user_updated";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "claim_hash" text;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idx_idempotency_keys_expires" ON "idempotency_keys" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "idx_idempotency_keys_session" ON "idempotency_keys" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "idx_messages_content_search" ON "messages" USING gin (to_tsvector('simple', regexp_replace("content", '[!-/:-@[-`{-~]+', ' ', 'g')));--> statement-breakpoint
CREATE INDEX "idx_sessions_title_search" ON "sessions" USING gin (to_tsvector('simple', regexp_replace("title", '[!-/:-@[-`{-~]+', ' ', 'g')));--> statement-breakpoint
CREATE INDEX "idx_sessions_user_updated" ON "sessions" USING btree ("user_id","updated_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_claim_hash" CHECK ("sessions"."claim_hash" is null or ("sessions"."user_id" is null and "sessions"."claim_hash" ~ '^[0-9a-f]{64}$'));
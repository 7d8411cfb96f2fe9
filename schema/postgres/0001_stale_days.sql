-- Whoever changes what a day is summarised of says so in the same transaction: by a trigger, so that nobody can forget it.
CREATE FUNCTION "mark_days_of_runs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO "stale_days" ("day") SELECT DISTINCT ("created_at" AT TIME ZONE 'UTC')::date FROM "new_rows";
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO "stale_days" ("day") SELECT DISTINCT ("created_at" AT TIME ZONE 'UTC')::date FROM "old_rows";
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "runs_inserted" AFTER INSERT ON "training_runs" REFERENCING NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_runs"();
--> statement-breakpoint
CREATE TRIGGER "runs_updated" AFTER UPDATE ON "training_runs" REFERENCING OLD TABLE AS "old_rows" NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_runs"();
--> statement-breakpoint
-- A run takes its metrics with it, one statement a run, which need not be marked again.
CREATE TRIGGER "runs_deleted" AFTER DELETE ON "training_runs" REFERENCING OLD TABLE AS "old_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_runs"();
--> statement-breakpoint
CREATE FUNCTION "mark_days_of_metrics"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "stale_days" ("day") SELECT DISTINCT ("run_created_at" AT TIME ZONE 'UTC')::date FROM "new_rows";
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "metrics_inserted" AFTER INSERT ON "run_metrics" REFERENCING NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_metrics"();
--> statement-breakpoint
CREATE TRIGGER "metrics_updated" AFTER UPDATE ON "run_metrics" REFERENCING NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_metrics"();

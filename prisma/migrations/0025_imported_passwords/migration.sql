-- How another broker has kept a device's password, until the device logs in with it for the first time.
ALTER TABLE "credential"
  ADD COLUMN "password_hash" TEXT,
  ADD COLUMN "previous_password_hash" TEXT;

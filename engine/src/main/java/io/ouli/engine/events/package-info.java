/** What the JDK's flight recorder is told, when somebody asks for it; each event is off until its name is enabled. */
package io.ouli.engine.events;

//! A window whose pixels we paint: winit opens it and hands over keys, softbuffer brings pixels to the
//! display server, and of each frame only what changed goes through either.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use egui::{
    Context, FullOutput, RawInput, ViewportCommand, ViewportEvent, ViewportId, ViewportInfo,
};
use egui_winit::{
    ActionRequested, State, accesskit_winit, create_window, process_viewport_commands,
    update_viewport_info,
};
use softbuffer::{Rect, Surface};
use vigie_canvas::{Area, Canvas};
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};
use winit::{
    application::ApplicationHandler,
    event::WindowEvent,
    event_loop::{ActiveEventLoop, ControlFlow, EventLoop, EventLoopProxy, OwnedDisplayHandle},
    window::{Window, WindowId},
};

use super::{Content, Place, ground};

/// Longest side of a texture; what display servers take anyway.
const TEXTURE_SIDE_MAX: usize = 8_192;

/// Between the beginnings of two frames.
const FRAME_MIN: Duration = Duration::from_millis(8);

/// A frame that is wanted after so long is not wanted.
const NEVER: Duration = Duration::from_hours(24);

fn later(delay: Duration) -> MonoTime {
    BootClock.mono() + delay.min(NEVER)
}

/// What reaches the loop from elsewhere.
#[derive(Debug)]
enum Wake {
    /// A frame is wanted at this time.
    Frame(MonoTime),
    /// Somebody reads the window with a screen reader.
    Reader(accesskit_winit::Event),
}

impl From<accesskit_winit::Event> for Wake {
    fn from(event: accesskit_winit::Event) -> Wake {
        Wake::Reader(event)
    }
}

/// Opens a window and stays until it is closed; the error is in English, for an engineer.
pub fn open_pixels(place: Place, content: Box<dyn Content>) -> Result<(), String> {
    let events = EventLoop::<Wake>::with_user_event().build().map_err(|error| error.to_string())?;
    let ctx = Context::default();
    ctx.set_embed_viewports(false);
    // A frame whose first pass finds that something has another size is laid out once more.
    ctx.options_mut(|options| options.max_passes = std::num::NonZeroUsize::MIN.saturating_add(1));
    let proxy = events.create_proxy();
    let waker = proxy.clone();
    ctx.set_request_repaint_callback(move |wanted| {
        // The loop may have ended: then no frame is wanted any more.
        let _ = waker.send_event(Wake::Frame(later(wanted.delay)));
    });
    let mut shell = Shell {
        place,
        content,
        ctx,
        proxy,
        open: None,
        due: None,
        last: MonoTime::START,
        failed: None,
    };
    events.run_app(&mut shell).map_err(|error| error.to_string())?;
    shell.failed.map_or(Ok(()), Err)
}

struct Shell {
    place: Place,
    content: Box<dyn Content>,
    ctx: Context,
    proxy: EventLoopProxy<Wake>,
    open: Option<Open>,
    /// When the next frame is to begin.
    due: Option<MonoTime>,
    /// When the last one began.
    last: MonoTime,
    /// Why it ended.
    failed: Option<String>,
}

/// A window that is open.
struct Open {
    window: Arc<Window>,
    state: State,
    surface: Surface<OwnedDisplayHandle, Arc<Window>>,
    canvas: Canvas,
    info: ViewportInfo,
    actions: Vec<ActionRequested>,
    is_shown: bool,
}

impl Open {
    fn new(shell: &Shell, events: &ActiveEventLoop) -> Result<Open, String> {
        // A screen reader must find the window before it is shown; it is shown with its first frame.
        let builder = shell.place.builder().with_visible(false);
        let window =
            create_window(&shell.ctx, events, &builder).map_err(|error| error.to_string())?;
        let window = Arc::new(window);
        let scale = Some(window.scale_factor() as f32);
        let side = Some(TEXTURE_SIDE_MAX);
        let mut state = State::new(shell.ctx.clone(), ViewportId::ROOT, events, scale, None, side);
        state.init_accesskit(events, &window, shell.proxy.clone());
        let display = events.owned_display_handle();
        let display = softbuffer::Context::new(display).map_err(|error| error.to_string())?;
        let surface = Surface::new(&display, window.clone()).map_err(|error| error.to_string())?;
        let mut info = ViewportInfo::default();
        update_viewport_info(&mut info, &shell.ctx, &window, true);
        let (canvas, actions) = (Canvas::default(), Vec::new());
        Ok(Open { window, state, surface, canvas, info, actions, is_shown: false })
    }

    fn input(&mut self, ctx: &Context) -> RawInput {
        update_viewport_info(&mut self.info, ctx, &self.window, false);
        let mut input = self.state.take_egui_input(&self.window);
        input.viewports = std::iter::once((ViewportId::ROOT, self.info.clone())).collect();
        self.info.events.clear();
        input
    }

    /// Paints what a pass put out, and brings it to the screen.
    fn paint(&mut self, ctx: &Context, output: &mut FullOutput) -> Result<(), String> {
        let size = self.window.inner_size();
        let pixels = [size.width, size.height].map(|side| side as usize);
        let areas = self.canvas.paint(ctx, output, pixels, ground());
        self.present(&areas)?;
        if !self.is_shown {
            self.is_shown = true;
            self.window.set_visible(true);
        }
        Ok(())
    }

    /// Brings areas of the canvas to the screen.
    fn present(&mut self, areas: &[Area]) -> Result<(), String> {
        let [width, height] = self.canvas.size();
        let side = |pixels: usize| u32::try_from(pixels).ok().and_then(NonZeroU32::new);
        let (Some(across), Some(down)) = (side(width), side(height)) else { return Ok(()) };
        let said = |error: softbuffer::SoftBufferError| error.to_string();
        self.surface.resize(across, down).map_err(said)?;
        let mut buffer = self.surface.buffer_mut().map_err(said)?;
        // A buffer that shows another frame than the last one is filled from edge to edge.
        let whole = [Area { left: 0, top: 0, right: width, bottom: height }];
        let areas = if buffer.age() == 1 { areas } else { &whole };
        if areas.is_empty() {
            return Ok(());
        }
        for area in areas {
            for row in area.top..area.bottom {
                let span = row * width + area.left..row * width + area.right;
                let from = self.canvas.pixels().get(span.clone());
                if let (Some(from), Some(to)) = (from, buffer.get_mut(span)) {
                    to.copy_from_slice(from);
                }
            }
        }
        let damage = areas.iter().filter_map(|area| {
            let pixels = |count: usize| u32::try_from(count).ok();
            Some(Rect {
                x: pixels(area.left)?,
                y: pixels(area.top)?,
                width: side(area.right - area.left)?,
                height: side(area.bottom - area.top)?,
            })
        });
        let damage: Vec<Rect> = damage.collect();
        buffer.present_with_damage(&damage).map_err(said)
    }

    /// All of it: something had covered the window.
    fn present_whole(&mut self) -> Result<(), String> {
        let [right, bottom] = self.canvas.size();
        self.present(&[Area { left: 0, top: 0, right, bottom }])
    }

    fn obey(&mut self, ctx: &Context, commands: Vec<ViewportCommand>) {
        process_viewport_commands(ctx, &mut self.info, commands, &self.window, &mut self.actions);
        for action in std::mem::take(&mut self.actions) {
            let events = &mut self.state.egui_input_mut().events;
            match action {
                ActionRequested::Screenshot(wanted) => {
                    wanted.complete(Arc::new(self.canvas.image()))
                }
                ActionRequested::Cut => events.push(egui::Event::Cut),
                ActionRequested::Copy => events.push(egui::Event::Copy),
                ActionRequested::Paste => {
                    if let Some(text) = self.state.clipboard_text() {
                        self.state.egui_input_mut().events.push(egui::Event::Paste(text));
                    }
                }
                // Nothing is left out while it is hidden.
                ActionRequested::PaintWhileHidden => {}
            }
        }
    }
}

impl Shell {
    fn want(&mut self, when: MonoTime) {
        // However fast a mouse moves or a frame asks for the next.
        let when = when.max(self.last + FRAME_MIN);
        self.due = Some(self.due.map_or(when, |due| due.min(when)));
    }

    fn fail(&mut self, events: &ActiveEventLoop, why: String) {
        self.failed = Some(why);
        events.exit();
    }

    fn frame(&mut self, events: &ActiveEventLoop) {
        let Shell { content, ctx, open: Some(open), due, last, .. } = self else { return };
        *due = None;
        *last = BootClock.mono();
        let input = open.input(ctx);
        let is_closing = input.viewport().close_requested();
        let mut output = ctx.run_ui(input, |ui| {
            content.logic(ui.ctx());
            content.ui(ui);
        });
        open.state
            .handle_platform_output(&open.window, std::mem::take(&mut output.platform_output));
        let painted = open.paint(ctx, &mut output);
        let root = output.viewport_output.remove(&ViewportId::ROOT);
        let (commands, delay) =
            root.map_or((Vec::new(), Duration::MAX), |root| (root.commands, root.repaint_delay));
        let stays = commands.contains(&ViewportCommand::CancelClose);
        open.obey(ctx, commands);
        let has_more = open.info.events.contains(&ViewportEvent::Close);
        let next = if has_more { Duration::ZERO } else { delay };
        if next < NEVER {
            self.want(later(next));
        }
        match painted {
            Ok(()) if is_closing && !stays => events.exit(),
            Ok(()) => {}
            Err(why) => self.fail(events, why),
        }
    }
}

impl ApplicationHandler<Wake> for Shell {
    fn resumed(&mut self, events: &ActiveEventLoop) {
        if self.open.is_none() {
            match Open::new(self, events) {
                Ok(open) => self.open = Some(open),
                Err(why) => return self.fail(events, why),
            }
        }
        self.want(BootClock.mono());
    }

    fn user_event(&mut self, _: &ActiveEventLoop, event: Wake) {
        let when = match event {
            Wake::Frame(when) => when,
            Wake::Reader(event) => {
                match event.window_event {
                    accesskit_winit::WindowEvent::InitialTreeRequested => {
                        self.ctx.enable_accesskit()
                    }
                    accesskit_winit::WindowEvent::ActionRequested(wanted) => {
                        if let Some(open) = &mut self.open {
                            open.state.on_accesskit_action_request(wanted);
                        }
                    }
                    accesskit_winit::WindowEvent::AccessibilityDeactivated => {
                        self.ctx.disable_accesskit();
                    }
                }
                BootClock.mono()
            }
        };
        self.want(when);
    }

    fn window_event(&mut self, events: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        let Some(open) = &mut self.open else { return };
        if event == WindowEvent::RedrawRequested {
            // Frames are painted when they are due: this is what something else covered.
            if let Err(why) = open.present_whole() {
                self.fail(events, why);
            }
            return;
        }
        if event == WindowEvent::CloseRequested {
            open.info.events.push(ViewportEvent::Close);
        }
        if open.state.on_window_event(&open.window, &event).repaint
            || event == WindowEvent::CloseRequested
        {
            self.want(BootClock.mono());
        }
    }

    fn about_to_wait(&mut self, events: &ActiveEventLoop) {
        if self.due.is_some_and(|due| due <= BootClock.mono()) {
            self.frame(events);
        }
        events.set_control_flow(self.due.map_or(ControlFlow::Wait, |due| {
            ControlFlow::wait_duration(due.since(BootClock.mono()))
        }));
    }
}
